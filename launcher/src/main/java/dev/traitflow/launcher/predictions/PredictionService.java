package dev.traitflow.launcher.predictions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.launcher.runtime.BatchJobs;
import dev.traitflow.server.TraitflowServer;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The predictions of an instance, from definition to scores. The server asks for it before it runs
 * and it works on the server's parts, so that it is made first and opened when the server stands.
 */
public final class PredictionService implements PredictionControl, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PredictionService.class);

  /** The seed of every training: fixed, so that the same data gives the same model. */
  public static final long SEED = 20_250_101L;

  private static final long PERIOD_MILLIS = 500;

  private final BatchJobs batches;
  private final KafkaConnection kafka;
  private final Path data;
  private final Explanations explanations;
  private volatile @Nullable Opened opened;

  /** What there is once the server stands. */
  private record Opened(
      TrainingContext context,
      Trainings trainings,
      DefinedPredictions defined,
      Refresh refresh,
      Schedule schedule,
      ScheduledExecutorService thread) {}

  /**
   * Makes the service of an instance.
   *
   * @param batches where training rows are made
   * @param kafka where the topics are
   * @param data the data directory, where bundles are kept
   */
  public PredictionService(BatchJobs batches, KafkaConnection kafka, Path data) {
    this.batches = batches;
    this.kafka = kafka;
    this.data = data;
    this.explanations = Explanations.below(data);
  }

  /** Begins to work for a server: takes up its states and follows its definitions. */
  public void open(TraitflowServer server) {
    TrainingContext context =
        new TrainingContext(
            batches, kafka, data, server, new ScoringRounds(server, System::nanoTime));
    Trainings trainings = new Trainings(context);
    DefinedPredictions defined = new DefinedPredictions(context, trainings);
    Refresh refresh = new Refresh(context, trainings);
    Schedule schedule = new Schedule(server, refresh::refresh, trainings::startUnlessUnderWay);
    ScheduledExecutorService thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread made = new Thread(task, "traitflow-predictions");
              made.setDaemon(true);
              return made;
            });
    trainings.open();
    opened = new Opened(context, trainings, defined, refresh, schedule, thread);
    thread.execute(attempt("models in force", defined::open));
    server.spaces().onChange(unusedBecauseTheNewestCount -> follow(thread, defined));
    // Machine time: it only says how soon a due date is noticed.
    ScheduledFuture<?> unusedBecauseTheThreadEndsIt =
        thread.scheduleWithFixedDelay(
            attempt("due dates", () -> lookAtTheClock(server, schedule)),
            PERIOD_MILLIS,
            server.clock().kind() == ClockKind.TEST ? PERIOD_MILLIS : 10 * PERIOD_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  /** While events make the time, a replay may run through years; its end asks to settle. */
  private static void lookAtTheClock(TraitflowServer server, Schedule schedule) {
    if (server.clock().kind() != ClockKind.EVENT) {
      schedule.train();
      refresh(schedule);
    }
  }

  private static void refresh(Schedule schedule) {
    try {
      schedule.refresh();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private static void follow(ScheduledExecutorService thread, DefinedPredictions defined) {
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
    Opened open = require();
    SpaceDefinition definition =
        open.context
            .server()
            .spaces()
            .find(space)
            .orElseThrow(() -> new IllegalArgumentException("space: there is no " + space));
    return open.trainings.train(definition.id(), choose(definition, predictions));
  }

  @Override
  public void start(String space, String prediction) {
    require().trainings.startUnlessUnderWay(space, prediction);
  }

  @Override
  public Optional<Progress> progress(String space, String prediction) {
    Opened open = opened;
    return open == null ? Optional.empty() : open.trainings.progress(space, prediction);
  }

  @Override
  public Optional<Scoring> scoring(String space) {
    Opened open = opened;
    return open == null ? Optional.empty() : open.context.rounds().scoring(space);
  }

  @Override
  public void rollBack(String space, String prediction, String version) {
    Opened open = require();
    RollBack.to(open.context, space, prediction, version);
    await(
        open.thread.submit(
            attempt("the scores after a roll back", () -> refresh(open.refresh, space))));
  }

  private static void refresh(Refresh refresh, String space) {
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
    require().defined.forget(space, prediction);
  }

  @Override
  public void settle(Duration patience) throws InterruptedException {
    Opened open = opened;
    if (open == null) {
      return;
    }
    try {
      // Behind what a definition has just set off; without any prediction this costs a hand-over.
      Object unusedBecauseItIsNull =
          open.thread
              .submit(
                  attempt(
                      "due dates",
                      () -> {
                        open.schedule.train();
                        refresh(open.schedule);
                      }))
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
    Opened open = opened;
    if (open != null) {
      open.thread.shutdownNow();
      open.trainings.close();
    }
  }

  private Opened require() {
    Opened open = opened;
    if (open == null) {
      throw new IllegalStateException("predictions: the server is still starting");
    }
    return open;
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
