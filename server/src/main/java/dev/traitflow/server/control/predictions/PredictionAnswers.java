package dev.traitflow.server.control.predictions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.prediction.DataChecks.Check;
import dev.traitflow.core.prediction.ModelState;
import dev.traitflow.core.prediction.ModelState.Phase;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.prediction.PredictionDefinition.Kind;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.predictions.PredictionControl.Progress;
import dev.traitflow.server.predictions.PredictionControl.Scoring;
import java.util.List;
import java.util.Optional;

/** How predictions are written: what is asked, how it stands, how good it is. */
public final class PredictionAnswers {
  private static final String NONE = "";

  private PredictionAnswers() {}

  /**
   * A prediction with everything about it.
   *
   * @param written the definition as its author wrote it
   */
  static ObjectNode whole(
      PredictionDefinition definition,
      JsonNode written,
      Optional<ModelState> state,
      Optional<Progress> progress) {
    ObjectNode answer = definition(definition, written);
    state(answer, definition, state, progress);
    if (state.isPresent() && state.get().hasModel()) {
      JsonNode card = state.get().card();
      answer.set("statistics", statistics(definition, card));
      answer.set("warnings", list(card, "warnings"));
      answer.set("drift", state.get().drift());
      answer.set("eligible", card.path("data").path("population"));
    }
    return answer;
  }

  /** The definition with every default filled in. */
  static ObjectNode definition(PredictionDefinition definition, JsonNode written) {
    ObjectNode answer = definition.toJson();
    if (definition.kind() == Kind.CHURN || definition.kind() == Kind.LTV) {
      answer.put("event", definition.events().get(0));
    }
    if (written instanceof ObjectNode object) {
      answer.setAll(object);
    }
    return answer;
  }

  /** How it stands: state, reason, checks, times, and how far a training is. */
  static void state(
      ObjectNode answer,
      PredictionDefinition definition,
      Optional<ModelState> found,
      Optional<Progress> progress) {
    ModelState state = found.orElseGet(() -> ModelState.begun(NONE, definition.key()));
    boolean begins = progress.filter(each -> isFirst(state, each)).isPresent();
    answer.put("state", (begins ? Phase.IN_PROGRESS : state.phase()).word());
    boolean old = begins && !state.code().equals(ModelState.BUNDLE_MISMATCH);
    text(answer, "code", old ? NONE : state.code());
    text(answer, "message", old ? NONE : state.message());
    answer.set("checks", state.checks());
    progress.ifPresent(
        each -> {
          ObjectNode node = answer.putObject("progress");
          node.put("step", each.step()).put("share", each.share());
          node.put("percent", Math.floor(each.share() * 100));
          if (each.secondsLeft() >= 0) {
            node.put("seconds_left", each.secondsLeft());
          } else {
            node.putNull("seconds_left");
          }
        });
    text(answer, "version", state.version());
    time(answer, "trained_at", state.trainedAt());
    time(answer, "tried_at", state.triedAt());
    time(answer, "scored_at", state.scoredAt());
    time(answer, "next_refresh_at", due(state.scoredAt(), definition.refreshDays()));
    time(answer, "next_retrain_at", due(state.builtAt(), definition.retrainDays()));
  }

  /** How far the scoring of everybody is, if one goes on. */
  static void scoring(ObjectNode answer, Optional<Scoring> scoring) {
    scoring.ifPresent(
        each -> {
          ObjectNode node = answer.putObject("scoring");
          node.put("scored", each.scored()).put("of", each.of());
          if (each.secondsLeft() >= 0) {
            node.put("seconds_left", each.secondsLeft());
          } else {
            node.putNull("seconds_left");
          }
        });
  }

  /** The first model is not live before its scores are on their way. */
  private static boolean isFirst(ModelState state, Progress progress) {
    return !state.hasModel() || (state.versions().size() == 1 && progress.share() >= 1);
  }

  private static long due(long last, int days) {
    return last == 0 ? 0 : last + days * PredictionDefinition.DAY;
  }

  /** The numbers of the tab "Understand", all of later data than the model was fitted on. */
  static ObjectNode statistics(PredictionDefinition definition, JsonNode card) {
    JsonNode model = card.path("metrics").path("model");
    ObjectNode answer = Answers.object();
    answer.set("quality", card.path("quality"));
    answer.put("label_free", card.path("label_free").asBoolean());
    if (definition.isProbability()) {
      copy(answer, "auc", model, "auc");
      copy(answer, "auc_low", card, "auc_low");
      copy(answer, "auc_high", card, "auc_high");
      copy(answer, "log_loss", model, "logloss");
      copy(answer, "lift_quality", model, "lift20");
      copy(answer, "lift_top_tenth", model, "lift10");
      copy(answer, "base_rate", model, "base_rate");
    } else {
      copy(answer, "mae", model, "mae");
      copy(answer, "rank_correlation", model, "spearman");
      copy(answer, "gini", model, "gini_norm");
      copy(answer, "total_error", model, "total_error");
    }
    ObjectNode calibration = answer.putObject("calibration");
    copy(calibration, "slope", model, "cal_slope");
    copy(calibration, "intercept", model, "cal_intercept");
    copy(calibration, "expected_error", model, "ece10");
    calibration.set("deciles", list(card, "deciles"));
    answer.set("deciles", list(card, "deciles"));
    answer.set("contributions", contributions(card));
    ObjectNode holdout = answer.putObject("holdout");
    copy(holdout, "rows", model, "n");
    copy(holdout, "positives", model, "positives");
    copy(holdout, "split", card.path("data"), "split");
    answer.set("metrics", card.path("metrics"));
    return answer;
  }

  /**
   * Events by how much of the score's movement is theirs, greatest first; the weights add up to 1,
   * if need be with an entry for what is not named.
   */
  static ArrayNode contributions(JsonNode card) {
    ArrayNode answer = Answers.object().putArray("contributions");
    double left = 1;
    for (JsonNode each : card.path("contributions")) {
      answer.add(each);
      left -= each.path("weight").asDouble();
    }
    if (!answer.isEmpty() && left > 1e-9) {
      answer.addObject().put("event", "all others").put("weight", left);
    }
    return answer;
  }

  /** Data checks with their numbers. */
  static ArrayNode checks(List<Check> checks) {
    ArrayNode answer = Answers.object().putArray("checks");
    for (Check check : checks) {
      ObjectNode node = answer.addObject();
      node.put("code", check.code()).put("passed", check.passed());
      node.put("sentence", check.sentence());
      ObjectNode numbers = node.putObject("numbers");
      check.numbers().forEach((name, number) -> number(numbers, name, number));
    }
    return answer;
  }

  /** The versions of a prediction, newest first. */
  static ObjectNode versions(Optional<ModelState> state) {
    ObjectNode answer = Answers.object();
    ArrayNode data = answer.putArray("data");
    List<ModelState.Version> all = state.map(ModelState::versions).orElse(List.of());
    for (int i = all.size() - 1; i >= 0; i--) {
      ModelState.Version version = all.get(i);
      ObjectNode node = data.addObject().put("version", version.version());
      time(node, "trained_at", version.trainedAt());
      node.put("in_force", version.version().equals(state.orElseThrow().version()));
      node.put("decision", version.decision());
    }
    return answer;
  }

  /** A number as people read it: whole ones without a point; null if it cannot be told. */
  static void number(ObjectNode node, String name, double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      node.putNull(name);
    } else if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      node.put(name, (long) value);
    } else {
      node.put(name, value);
    }
  }

  static void time(ObjectNode node, String name, long at) {
    if (at == 0) {
      node.putNull(name);
    } else {
      node.put(name, IsoTime.format(at));
    }
  }

  private static void text(ObjectNode node, String name, String value) {
    if (value.isEmpty()) {
      node.putNull(name);
    } else {
      node.put(name, value);
    }
  }

  private static void copy(ObjectNode into, String name, JsonNode from, String theirs) {
    JsonNode value = from.path(theirs);
    if (value.isMissingNode()) {
      into.putNull(name);
    } else {
      into.set(name, value);
    }
  }

  private static JsonNode list(JsonNode from, String name) {
    JsonNode value = from.path(name);
    return value.isArray() ? value : Answers.object().putArray(name);
  }
}
