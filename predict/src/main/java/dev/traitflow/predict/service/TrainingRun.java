package dev.traitflow.predict.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.prediction.DataChecks;
import dev.traitflow.core.prediction.DataChecks.Check;
import dev.traitflow.core.prediction.DataChecks.LabelCounts;
import dev.traitflow.core.prediction.DataChecks.TargetDays;
import dev.traitflow.core.prediction.EventStatistics;
import dev.traitflow.core.prediction.ModelState;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.ml.bundle.BundleFiles;
import dev.traitflow.ml.bundle.BundleReference;
import dev.traitflow.ml.training.Gates;
import dev.traitflow.ml.training.PredictionTraining;
import dev.traitflow.predict.rows.BatchFailedException;
import dev.traitflow.predict.rows.PointInTimeRows;
import dev.traitflow.predict.trainer.CheckJson;
import dev.traitflow.predict.trainer.TrainerAnswer;
import dev.traitflow.predict.trainer.TrainerProcess;
import dev.traitflow.predict.trainer.TrainerRequest;
import dev.traitflow.server.predictions.PredictionControl.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains predictions of one space: rows by a batch job, models by a process of their own, states
 * announced, and one scoring of everybody at the end. Whatever goes wrong with a prediction is
 * written into its state and leaves the model in force where it is.
 */
final class TrainingRun {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);

  /** The code of a training that broke off for a reason that is no gate. */
  static final String TRAINING_FAILED = "training_failed";

  private final TrainingContext context;
  private final String space;
  private final List<String> keys;
  private final boolean requested;
  private final RunProgress progress;
  private final Set<String> dropped = ConcurrentHashMap.newKeySet();
  private final Map<String, ObjectNode> answers = new LinkedHashMap<>();
  private boolean scoring;
  private volatile boolean over;

  /**
   * Prepares a run.
   *
   * @param requested true if somebody waits for it
   */
  TrainingRun(TrainingContext context, String space, List<String> keys, boolean requested) {
    this.context = context;
    this.space = space;
    this.keys = List.copyOf(keys);
    this.requested = requested;
    this.progress = new RunProgress(keys, System::nanoTime);
  }

  String space() {
    return space;
  }

  boolean isRequested() {
    return requested;
  }

  /** Predictions of this run that are still wanted. */
  List<String> keys() {
    return keys.stream().filter(key -> !dropped.contains(key)).toList();
  }

  /** Predictions of this run that are still wanted and have no answer yet. */
  List<String> unfinished() {
    synchronized (answers) {
      return keys().stream().filter(key -> !answers.containsKey(key)).toList();
    }
  }

  /** The answers so far. */
  Map<String, ObjectNode> answers() {
    synchronized (answers) {
      return new LinkedHashMap<>(answers);
    }
  }

  /**
   * How far a prediction is; empty if it is none of this run's, or the run is over. A model in
   * force is not enough: before its scores are ordered, nobody could wait for them.
   */
  Optional<Progress> progress(String key) {
    return !over && keys().contains(key) ? Optional.of(progress.of(key)) : Optional.empty();
  }

  /** Ends the run at its next step. */
  void cancel() {
    progress.cancel();
  }

  /** Goes on without a prediction that was deleted. */
  synchronized void drop(String key) {
    dropped.add(key);
    if (keys().isEmpty()) {
      progress.cancel();
    }
  }

  /**
   * Runs to the end.
   *
   * @return an answer for each prediction that is still defined
   * @throws CancellationException if the run was cancelled; what was announced stays
   */
  Map<String, ObjectNode> execute() throws InterruptedException {
    try {
      return trainAll();
    } finally {
      over = true;
    }
  }

  private Map<String, ObjectNode> trainAll() throws InterruptedException {
    context.catchUp();
    long now = context.server().clock().now();
    SpaceDefinition definition = context.server().spaces().find(space).orElse(null);
    List<PredictionDefinition> predictions = new ArrayList<>();
    if (definition != null) {
      keys().forEach(key -> TrainingContext.find(definition, key).ifPresent(predictions::add));
    }
    if (definition == null || predictions.isEmpty()) {
      return answers();
    }
    if (context.hasEvents(space)) {
      train(definition, predictions, now);
    } else {
      predictions.forEach(each -> refuse(each, now));
    }
    return answers();
  }

  private void train(SpaceDefinition definition, List<PredictionDefinition> predictions, long now)
      throws InterruptedException {
    long profiles = context.profiles(space);
    TreeSet<Long> cutoffs = new TreeSet<>();
    predictions.forEach(each -> cutoffs.addAll(PredictionTraining.cutoffs(each, now, 0, profiles)));
    long known = 0;
    try (PointInTimeRows rows =
        context.rows().make(space + "-" + now, definition, cutoffs, now, progress::rows)) {
      known = rows.rows().count(now);
      for (PredictionDefinition prediction : predictions) {
        if (!dropped.contains(prediction.key())) {
          train(definition, prediction, rows, profiles, now);
        }
      }
    } catch (IOException | BatchFailedException failure) {
      LOG.error("rows of {} could not be made", space, failure);
      predictions.forEach(each -> fail(each, String.valueOf(failure.getMessage()), now));
    } finally {
      if (scoring) {
        context.rounds().order(space, known);
      }
    }
  }

  private void train(
      SpaceDefinition definition,
      PredictionDefinition prediction,
      PointInTimeRows rows,
      long profiles,
      long now)
      throws InterruptedException {
    String key = prediction.key();
    List<Long> usable =
        PredictionTraining.cutoffs(prediction, now, rows.rows().statistics().first(), profiles);
    LOG.info("training {} of {} on {} rows", key, space, rows.rows().size());
    ModelState before = context.states().change(space, key, ModelState::beingTrained);
    try {
      TrainerRequest request =
          new TrainerRequest(
              space,
              prediction,
              rows.sorted(),
              usable,
              now,
              PredictionService.SEED,
              definition.vendorLimits() ? Gates.VENDOR : Gates.USUAL,
              champion(before, rows.directory()),
              rows.directory().resolve("models"));
      TrainerAnswer answer =
          TrainerProcess.train(
              request, rows.directory(), (step, share) -> progress.training(key, step, share));
      if (answer.isTrained()) {
        keep(prediction, answer, now);
      } else if (answer.isRefused()) {
        refuse(prediction, answer.code(), answer.message(), answer.checks(), now);
      } else {
        fail(prediction, answer.message(), now);
      }
    } catch (CancellationException notWanted) {
      throw notWanted;
    } catch (IOException | RuntimeException edge) {
      // An edge: whatever goes wrong with one prediction, the others are trained.
      LOG.error("{} of {} could not be trained", key, space, edge);
      fail(prediction, String.valueOf(edge.getMessage()), now);
    }
  }

  /** A copy of the bundle in force beside the rows: the trainer's process knows no store. */
  private String champion(ModelState state, Path directory) throws IOException {
    if (!state.hasModel()) {
      return "";
    }
    Path copy = directory.resolve(state.prediction() + ".champion");
    context.bundles().get(BundleReference.parse(state.path())).write(copy);
    return copy.toString();
  }

  /** Puts a new bundle into force, unless the one in force is better. */
  private void keep(PredictionDefinition prediction, TrainerAnswer trained, long now)
      throws IOException {
    String version = trained.version();
    BundleReference bundle = BundleReference.of(space, prediction.key(), version);
    JsonNode contest = trained.contest();
    ModelState after;
    synchronized (this) {
      if (dropped.contains(prediction.key())) {
        return;
      }
      // Whole before it is announced.
      context.bundles().put(bundle, BundleFiles.read(Path.of(trained.path())));
      after =
          context
              .states()
              .change(
                  space,
                  prediction.key(),
                  before -> {
                    ModelState.Version made =
                        new ModelState.Version(
                            version, bundle.toString(), now, why(before, version, contest));
                    return loses(before, version, contest)
                        ? before.challenged(made, trained.checks(), now)
                        : before.live(made, trained.card(), trained.checks(), now);
                  });
      scoring |= after.version().equals(version);
    }
    LOG.info("{} of {}: version {} is in force", prediction.key(), space, after.version());
    ObjectNode answer = answer(prediction, after.phase().word());
    answer.put("version", after.version()).put("path", located(after));
    answer.set("card", after.card());
    answer.put("trained", version).put("decision", why(after, version));
    if (contest.isObject()) {
      answer.set("contest", contest);
    }
    put(prediction, answer);
  }

  /** A model that was rolled back or found broken meanwhile is none to lose against. */
  private static boolean loses(ModelState before, String version, JsonNode contest) {
    return !before.version().equals(version)
        && wasCompared(before, contest)
        && !contest.path("replaces").asBoolean();
  }

  private static boolean wasCompared(ModelState before, JsonNode contest) {
    return before.hasModel() && contest.path("against").asText().equals(before.version());
  }

  private static String why(ModelState before, String version, JsonNode contest) {
    if (before.code().equals(ModelState.BUNDLE_MISMATCH)) {
      return "in force; the one before could not be used: " + before.message();
    }
    if (before.hasModel() && before.version().equals(version)) {
      return "in force, the same model as before";
    }
    if (wasCompared(before, contest)) {
      return (loses(before, version, contest) ? "not in force, " : "in force, ")
          + contest.path("sentence").asText();
    }
    return before.versions().isEmpty() ? "in force, the first model" : "in force, the newest model";
  }

  private static String why(ModelState after, String version) {
    return after.versions().stream()
        .filter(each -> each.version().equals(version))
        .map(ModelState.Version::decision)
        .findFirst()
        .orElse("");
  }

  /** Without any event every answer is known. */
  private void refuse(PredictionDefinition prediction, long now) {
    List<Check> checks =
        DataChecks.run(
            prediction, new EventStatistics(), new LabelCounts(0, 0, 0), now, TargetDays.MOST);
    Check reason =
        checks.stream().filter(check -> !check.passed()).findFirst().orElse(checks.get(0));
    refuse(prediction, reason.code(), reason.sentence(), CheckJson.of(checks), now);
  }

  private void fail(PredictionDefinition prediction, String message, long now) {
    refuse(
        prediction,
        TRAINING_FAILED,
        "training broke off: " + message,
        JsonNodeFactory.instance.arrayNode(),
        now);
  }

  private void refuse(
      PredictionDefinition prediction, String code, String sentence, ArrayNode checks, long now) {
    ModelState after;
    synchronized (this) {
      if (dropped.contains(prediction.key())) {
        return;
      }
      long tried = context.server().clock().isUnset() ? 0 : now;
      after =
          context
              .states()
              .change(
                  space, prediction.key(), before -> before.refused(code, sentence, checks, tried));
    }
    LOG.info("{} of {} was not trained: {}: {}", prediction.key(), space, code, sentence);
    ObjectNode answer = answer(prediction, after.phase().word());
    answer.put("code", code).put("message", sentence);
    answer.set("checks", CheckJson.failed(checks));
    if (after.hasModel()) {
      answer.put("version", after.version()).put("path", located(after));
      answer.set("card", after.card());
    }
    put(prediction, answer);
  }

  private String located(ModelState state) {
    return context.bundles().locate(BundleReference.parse(state.path()));
  }

  private static ObjectNode answer(PredictionDefinition prediction, String state) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    return answer.put("prediction", prediction.key()).put("state", state);
  }

  private void put(PredictionDefinition prediction, ObjectNode answer) {
    synchronized (answers) {
      answers.put(prediction.key(), answer);
    }
  }
}
