package dev.traitflow.jobs.scoring;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.TraitWrite;
import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.prediction.ModelState;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.jobs.runtime.Beats;
import dev.traitflow.jobs.runtime.FeatureInput;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.LogEntry;
import dev.traitflow.ml.bundle.BundleReference;
import dev.traitflow.ml.bundle.BundleStore;
import dev.traitflow.ml.bundle.ModelBundle;
import dev.traitflow.ml.scoring.Score;
import dev.traitflow.ml.scoring.Scorer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores feature blocks in batches with the models in force and sends the predictions back as trait
 * writes. Apart from the job that owns the histories, so that a model never slows or stops it.
 *
 * <p>A model is the one thing here that nobody has reviewed. A bundle that cannot be used is logged
 * with its reason and left out, and the one before it stays in force; a profile that a model fails
 * on keeps the score it has, and the other models and profiles go on. Both are counted; of each
 * model the first failure is logged.
 *
 * <p>No state: what is not written when a checkpoint is taken is scored before it.
 */
public final class ScoreProfiles extends AbstractStreamOperator<LogEntry>
    implements OneInputStreamOperator<FeatureInput, LogEntry> {
  private static final Logger LOGGER = LoggerFactory.getLogger(ScoreProfiles.class);
  private static final int BATCH = 512;
  private static final long PERIOD_MILLIS = 100;

  /** Stage name of the markers that open a scoring round. */
  private static final String ROUND_STAGE = "round";

  private final JobSettings settings;
  private final ModelCatalog catalog;
  private final BundleStore bundles;

  private transient Map<String, ModelState> references;
  private transient Map<String, List<LoadedModel>> models;
  private transient Map<String, List<FeatureBlock>> waiting;
  private transient int waitingBlocks;
  private transient boolean periodPlanned;
  private transient Map<String, Long> rounds;
  private transient Beats flushes;
  private transient Counter failures;
  private transient Counter leftOut;
  private transient long writes;
  private transient int subtask;
  private transient int subtasks;

  /** Scores with the models of a catalog, whose bundles lie in a store. */
  public ScoreProfiles(JobSettings settings, ModelCatalog catalog, BundleStore bundles) {
    this.settings = settings;
    this.catalog = catalog;
    this.bundles = bundles;
  }

  @Override
  public void open() throws Exception {
    super.open();
    references = new LinkedHashMap<>();
    models = new LinkedHashMap<>();
    waiting = new LinkedHashMap<>();
    rounds = new LinkedHashMap<>();
    flushes = new Beats();
    failures = getMetricGroup().counter("scoringFailures");
    leftOut = getMetricGroup().counter("modelsLeftOut");
    subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    subtasks = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
    loadModels();
  }

  @Override
  public void processElement(StreamRecord<FeatureInput> element) throws Exception {
    FeatureInput input = element.getValue();
    if (input.marker()) {
      marker(Marker.CODEC.decode(input.value()), input);
      return;
    }
    FeatureBlock block = FeatureBlock.CODEC.decode(input.value());
    waiting.computeIfAbsent(block.space(), space -> new ArrayList<>()).add(block);
    if (++waitingBlocks >= BATCH) {
      scoreWaiting();
    } else if (!periodPlanned) {
      planPeriod();
    }
  }

  private void marker(Marker marker, FeatureInput input) throws Exception {
    if (marker.stage().equals(ROUND_STAGE)) {
      // Rounds are numbered by each space; the marker names its own.
      String fold = marker.attempt() + "/" + marker.subtask() + marker.counts().keySet();
      Long before = rounds.put(fold, marker.flush());
      if (before == null || before < marker.flush()) {
        scoreWaiting();
        loadModels();
      }
      return;
    }
    int origin = input.partition() * marker.parallelism() + marker.subtask();
    int origins = input.partitions() * marker.parallelism();
    if (flushes.reached(origin, origins, marker.flush())) {
      scoreWaiting();
      output.collect(
          new StreamRecord<>(
              new LogEntry(
                  subtask, subtasks, LogRecord.scored(marker.asOf(), flushes.complete(), writes))));
    }
  }

  private void scoreWaiting() throws Exception {
    for (Map.Entry<String, List<FeatureBlock>> entry : waiting.entrySet()) {
      for (LoadedModel model : models.getOrDefault(entry.getKey(), List.of())) {
        score(entry.getKey(), model, entry.getValue());
      }
    }
    waiting.clear();
    waitingBlocks = 0;
  }

  private void score(String space, LoadedModel model, List<FeatureBlock> blocks) {
    for (FeatureBlock block : blocks) {
      TraitWrite write = write(model, block);
      if (write != null) {
        writes++;
        // Not the block's instant, which may be ahead of the clock by the moment events were at.
        LogRecord record = LogRecord.write(space, block.at() - 1, write);
        output.collect(
            new StreamRecord<>(new LogEntry(Topics.partition(space, settings.lanes()), 0, record)));
      }
    }
  }

  /** What a model says of a profile; null if that is nothing, or if it fails. */
  private @Nullable TraitWrite write(LoadedModel model, FeatureBlock block) {
    PredictionDefinition definition = model.bundle.definition();
    try {
      Score score = model.scorer.score(block);
      if (!score.eligible() && !block.predicted().contains(definition.key())) {
        return null;
      }
      return new TraitWrite(
          block.profile(),
          definition.key(),
          model.bundle.version(),
          block.at(),
          Scorer.traitsJson(definition, score));
    } catch (RuntimeException failure) {
      // Whatever it is, it is the model's, and the next block or model may do.
      failures.inc();
      if (!model.failed) {
        model.failed = true;
        LOGGER.error(
            "model {} of {} fails, profiles it fails on keep their scores: {}",
            model.bundle.version(),
            definition.key(),
            reason(failure));
      }
      return null;
    }
  }

  private void loadModels() throws Exception {
    Map<String, ModelState> before = new LinkedHashMap<>(references);
    references.clear();
    for (ModelState reference : catalog.current()) {
      String name = reference.space() + "/" + reference.prediction();
      references.put(name, reference);
      ModelState loaded = before.remove(name);
      if (loaded == null || !loaded.scoresLike(reference)) {
        load(reference);
      }
    }
    // What is left was deleted, or cannot be used any more.
    for (ModelState gone : before.values()) {
      List<LoadedModel> ofSpace = models.get(gone.space());
      if (ofSpace != null) {
        ofSpace.removeIf(each -> each.bundle.definition().key().equals(gone.prediction()));
      }
    }
  }

  private void load(ModelState reference) {
    try {
      ModelBundle trained = ModelBundle.of(bundles.get(BundleReference.parse(reference.path())));
      ModelBundle bundle =
          reference.population().isEmpty()
              ? trained
              : trained.withPopulation(
                  bundles.population(BundleReference.parse(reference.population())));
      LoadedModel model = new LoadedModel(bundle);
      List<LoadedModel> ofSpace =
          models.computeIfAbsent(reference.space(), space -> new ArrayList<>());
      ofSpace.removeIf(each -> each.bundle.definition().key().equals(reference.prediction()));
      ofSpace.add(model);
    } catch (IOException | RuntimeException unusable) {
      // The libraries that read models throw what they like at torn files.
      leftOut.inc();
      LOGGER.error(
          "model {} of {} is left out, the one before it stays in force: {}",
          reference.version(),
          reference.prediction(),
          reason(unusable));
    }
  }

  private static String reason(Exception failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  /** A bundle in force and what scores with it. */
  private static final class LoadedModel {
    private final ModelBundle bundle;
    private final Scorer scorer;
    private boolean failed;

    LoadedModel(ModelBundle bundle) {
      this.bundle = bundle;
      this.scorer = new Scorer(bundle);
    }
  }

  /**
   * Scores what waits. In processing time, because it bounds how long a score stays unseen by
   * people; no value depends on when it runs.
   */
  private void onPeriod(long unused) throws Exception {
    periodPlanned = false;
    scoreWaiting();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // A failing timer fails the task by itself.
  private void planPeriod() {
    periodPlanned = true;
    ProcessingTimeService time = getProcessingTimeService();
    time.registerTimer(time.getCurrentProcessingTime() + PERIOD_MILLIS, this::onPeriod);
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    scoreWaiting();
  }
}
