package dev.traitflow.predict.service;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.ml.bundle.BundleStore;
import dev.traitflow.predict.rows.BatchRunner;
import dev.traitflow.predict.rows.RowMaker;
import dev.traitflow.server.Backbone;
import dev.traitflow.server.log.ClockKind;
import dev.traitflow.server.predictions.PredictionControl;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The predictions of an instance, from definition to scores. */
public final class PredictionService implements PredictionControl, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PredictionService.class);

  /** The seed of every training: fixed, so that the same data gives the same model. */
  public static final long SEED = 20_250_101L;

  private static final long PERIOD_MILLIS = 500;

  private final Backbone server;
  private final TrainingContext context;
  private final Trainings trainings;
  private final DefinedPredictions defined;
  private final Refresh refresh;
  private final Schedule schedule;
  private final Explanations explanations;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread made = new Thread(task, "traitflow-predictions");
            made.setDaemon(true);
            return made;
          });

  private PredictionService(Backbone server, BatchRunner batches, BundleStore bundles) {
    Path data = server.config().dataDir();
    this.server = server;
    this.context =
        new TrainingContext(
            new RowMaker(batches, server.config().kafka(), data.resolve("training")),
            bundles,
            server,
            new ScoringRounds(server, System::nanoTime));
    this.trainings = new Trainings(context);
    this.defined = new DefinedPredictions(context, trainings);
    this.refresh = new Refresh(context, trainings);
    this.schedule = new Schedule(server, refresh::refresh, trainings::startUnlessUnderWay);
    this.explanations = new Explanations(bundles);
  }

  /**
   * Begins to work: takes up the states an earlier instance left and follows the definitions.
   *
   * @param server what it works on; stays open for as long as this is
   * @param batches where training rows are made
   * @param bundles where models are kept, readable by the scorers
   */
  public static PredictionService start(Backbone server, BatchRunner batches, BundleStore bundles) {
    PredictionService service = new PredictionService(server, batches, bundles);
    service.begin();
    return service;
  }

  private void begin() {
    trainings.open();
    thread.execute(attempt("models in force", defined::open));
    server.spaces().onChange(unusedBecauseTheNewestCount -> follow());
    // Machine time: it only says how soon a due date is noticed.
    ScheduledFuture<?> unusedBecauseTheThreadEndsIt =
        thread.scheduleWithFixedDelay(
            attempt("due dates", this::lookAtTheClock),
            PERIOD_MILLIS,
            server.clock().kind() == ClockKind.TEST ? PERIOD_MILLIS : 10 * PERIOD_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  /** While events make the time, a replay may run through years; its end asks to settle. */
  private void lookAtTheClock() {
    if (server.clock().kind() != ClockKind.EVENT) {
      doWhatIsDue();
    }
  }

  private void doWhatIsDue() {
    schedule.train();
    try {
      schedule.refresh();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() {
    try {
      thread.execute(attempt("definitions", defined::follow));
    } catch (RejectedExecutionException closed) {
      LOG.debug("a definition changed while predictions were closed");
    }
  }

  /** An edge: what fails is logged, and the thread goes on. */
  private static Runnable attempt(String what, Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException failure) {
        LOG.error("{} of predictions could not be dealt with", what, failure);
      }
    };
  }

  @Override
  public JsonNode train(String space, List<String> predictions) {
    SpaceDefinition definition =
        server
            .spaces()
            .find(space)
            .orElseThrow(() -> new IllegalArgumentException("space: there is no " + space));
    return trainings.train(definition.id(), choose(definition, predictions));
  }

  @Override
  public void start(String space, String prediction) {
    trainings.startUnlessUnderWay(space, prediction);
  }

  @Override
  public Optional<Progress> progress(String space, String prediction) {
    return trainings.progress(space, prediction);
  }

  @Override
  public Optional<Scoring> scoring(String space) {
    return context.rounds().scoring(space);
  }

  @Override
  public void rollBack(String space, String prediction, String version) {
    RollBack.to(context, space, prediction, version);
    await(thread.submit(attempt("the scores after a roll back", () -> refresh(space))));
  }

  private void refresh(String space) {
    try {
      refresh.refresh(space);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private static void await(Future<?> task) {
    try {
      Object unusedBecauseItIsNull = task.get();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("predictions: interrupted", interrupted);
    } catch (ExecutionException failure) {
      throw new IllegalStateException("predictions: " + failure.getMessage(), failure);
    }
  }

  @Override
  public void forget(String space, String prediction) {
    defined.forget(space, prediction);
  }

  @Override
  public void settle(Duration patience) throws InterruptedException {
    try {
      // Behind what a definition has just set off; without any prediction this costs a hand-over.
      Object unusedBecauseItIsNull =
          thread
              .submit(attempt("due dates", this::doWhatIsDue))
              .get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      LOG.warn("scores are due and not yet ordered after {}", patience);
    } catch (ExecutionException | RejectedExecutionException closed) {
      LOG.debug("predictions were closed while somebody waited for them", closed);
    }
  }

  @Override
  public JsonNode explain(String space, String prediction, String version, FeatureBlock block) {
    return explanations.explain(space, prediction, version, block);
  }

  @Override
  public void close() {
    thread.shutdownNow();
    trainings.close();
  }

  private static List<String> choose(SpaceDefinition space, List<String> wanted) {
    List<String> defined = space.predictions().stream().map(PredictionDefinition::key).toList();
    if (wanted.isEmpty()) {
      if (defined.isEmpty()) {
        throw new IllegalArgumentException("space " + space.id() + ": has no predictions");
      }
      return defined;
    }
    for (String key : wanted) {
      if (!defined.contains(key)) {
        throw new IllegalArgumentException(
            "prediction: got " + key + " (expected one of " + defined + ")");
      }
    }
    return List.copyOf(wanted);
  }
}
