package dev.traitflow.server.questions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.audience.AudienceDefinition;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.json.JsonTree;
import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.prediction.FeatureSet;
import dev.traitflow.core.prediction.Labels;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.server.store.read.ProfileView;
import dev.traitflow.server.store.read.StoredHistory;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * Why a profile has the score that was written to it: the features are folded anew at the instant
 * of the score, from the history as it is stored now, and the model version that wrote explains
 * them. What came late or was merged since belongs to that history: then the score comes out
 * otherwise than it was written, and the answer says so.
 */
final class ScoreReads {
  /** Half of the last decimal that scores are written with, and the rounding of doubles. */
  private static final double PROBABILITY_OFF = 0.501e-6;

  private static final double HUNDREDTH_OFF = 0.00501;

  private final ProfileView view;
  private final SpaceDefinition space;
  private final String profile;
  private final ScoreExplainer explainer;

  ScoreReads(ProfileView view, SpaceDefinition space, String profile, ScoreExplainer explainer) {
    this.view = view;
    this.space = space;
    this.profile = profile;
    this.explainer = explainer;
  }

  /**
   * Adds the explanation to an answer about a written trait.
   *
   * @param history the profile's, up to the instant asked about
   * @param write the event that wrote the score
   * @param limit the greatest number of features of each event; the rest is summed up
   */
  void explain(ObjectNode answer, StoredHistory history, Event write, int limit) {
    answer.put("prediction", write.name()).put("model_version", write.source());
    answer.put("scored_at", IsoTime.format(write.timestamp()));
    ObjectNode stored = stored(write);
    answer.set("stored", stored);
    JsonNode why;
    try {
      why = explainer.explain(space.id(), write.name(), write.source(), scored(history, write));
    } catch (IllegalArgumentException gone) {
      answer.putArray("events");
      answer.putArray("text").add("The score cannot be explained: " + gone.getMessage());
      return;
    }
    boolean same = isSame(stored, why.path("score"));
    answer.put("matches_stored", same);
    if (why instanceof ObjectNode members) {
      answer.setAll(members);
    }
    answer.path("events").forEach(event -> shorten(event, limit));
    if (!same && answer.path("text") instanceof ArrayNode text) {
      text.insert(0, difference(stored, why.path("score")));
    }
  }

  /**
   * The answer about a score that the profile does not have.
   *
   * @param now the instant asked about, epoch milliseconds
   */
  ObjectNode missing(String key, PredictionDefinition prediction, StoredHistory history, long now) {
    List<String> audiences = TraitValue.memberships(view.traits(space.id(), profile));
    boolean eligible = Labels.eligible(prediction, block(history, now).withAudiences(audiences));
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("key", key).put("class", "prediction").putNull("value");
    answer.put("state", eligible ? "not_scored_yet" : "not_eligible");
    answer.put("as_of", IsoTime.format(now)).put("prediction", prediction.key());
    answer.put("eligible", eligible).putArray("events");
    answer
        .putArray("text")
        .add(
            eligible
                ? "The prediction is asked about this profile, and no model has scored it yet."
                : "The prediction is not asked about this profile: " + rule(prediction));
    return answer;
  }

  private static String rule(PredictionDefinition prediction) {
    String target = String.join(" or ", prediction.events());
    String known = "it is about profiles with an identifier other than anonymous_id that ";
    return switch (prediction.kind()) {
      case CHURN ->
          known + "did " + target + " within the last " + prediction.windowDays() + " days.";
      case LTV -> known + "did " + target + " twice or more.";
      case PURCHASE, CUSTOM -> known + "did anything yet, and are in its cohort if it has one.";
    };
  }

  /** Who was scored was in the cohort, whoever is in it now: the score itself says so. */
  private FeatureBlock scored(StoredHistory history, Event write) {
    return block(history, write.timestamp())
        .withAudiences(space.audiences().stream().map(AudienceDefinition::key).sorted().toList());
  }

  private FeatureBlock block(StoredHistory history, long at) {
    List<Event> events = new ArrayList<>();
    history.scan(Long.MIN_VALUE, at - 1, events::add);
    boolean known =
        view.identifiers(space.id(), profile).stream()
            .anyMatch(each -> !each.identifier().type().equals(Identifier.ANONYMOUS_ID));
    return FeatureSet.extract(space.id(), profile, known, events, at);
  }

  /** What was written: the values of the score by the names that explanations use. */
  private static ObjectNode stored(Event write) {
    JsonNode traits = JsonTree.parse(write.traits());
    ObjectNode stored = JsonNodeFactory.instance.objectNode();
    stored.set("percentile", traits.get(write.name()));
    for (String name : List.of("probability", "amount", "currency")) {
      JsonNode value = traits.get(write.name() + "_" + name);
      if (value != null) {
        stored.set(name, value);
      }
    }
    return stored;
  }

  private static boolean isSame(JsonNode stored, JsonNode now) {
    return isClose(stored, now, "probability", PROBABILITY_OFF)
        && isClose(stored, now, "amount", HUNDREDTH_OFF);
  }

  private static boolean isClose(JsonNode stored, JsonNode now, String name, double off) {
    return !stored.has(name)
        || Math.abs(stored.path(name).asDouble() - now.path(name).asDouble()) <= off;
  }

  private static String difference(JsonNode stored, JsonNode now) {
    String name = stored.has("amount") ? "amount" : "probability";
    return "The score that was written is not the one explained here: the "
        + name
        + " was "
        + stored.path(name).asText()
        + ", and the history as it is known now gives "
        + rounded(now.path(name).asDouble(), stored.has("amount") ? 2 : 6)
        + " at the same instant. Calls of before came late since, or profiles were merged or"
        + " unmerged; the next scoring takes them in.";
  }

  private static String rounded(double value, int decimals) {
    return BigDecimal.valueOf(value)
        .setScale(decimals, RoundingMode.HALF_EVEN)
        .stripTrailingZeros()
        .toPlainString();
  }

  /** Keeps the strongest features of an event and sums up the others, so that it still adds up. */
  private static void shorten(JsonNode event, int limit) {
    if (!(event.path("features") instanceof ArrayNode features) || features.size() <= limit) {
      return;
    }
    int others = features.size() - limit;
    double contribution = 0;
    while (features.size() > limit) {
      contribution += features.remove(features.size() - 1).path("push").asDouble();
    }
    ((ObjectNode) event).putObject("others").put("features", others).put("push", contribution);
  }
}
