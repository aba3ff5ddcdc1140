package dev.traitflow.launcher.predictions;

import dev.traitflow.core.prediction.ModelState;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.TraitflowServer;
import dev.traitflow.server.predictions.NoPredictions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server beside jobs that run elsewhere trains nothing, but keeps the schedule of scores: silent
 * profiles are scored when that is due, by the models in force and with percentiles over the
 * population they have.
 */
public class ScheduledScoring extends NoPredictions implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ScheduledScoring.class);
  private static final long PERIOD_SECONDS = 1;

  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private volatile @Nullable Opened opened;

  /** What there is once the server stands. */
  private record Opened(ScoringRounds rounds, Schedule schedule) {}

  /**
   * Refuses to train with a sentence.
   *
   * @param why what is missing and what to do instead
   */
  public ScheduledScoring(String why) {
    super(why);
  }

  /** Begins to look at the clock of a server that writes. */
  public void open(TraitflowServer server) {
    ScoringRounds rounds = new ScoringRounds(server, System::nanoTime);
    Schedule schedule =
        new Schedule(server, space -> score(server, rounds, space), (space, prediction) -> {});
    opened = new Opened(rounds, schedule);
    // Machine time: it only says how soon a due date is noticed.
    ScheduledFuture<?> unusedBecauseTheThreadEndsIt =
        thread.scheduleWithFixedDelay(
            () -> refresh(schedule), PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
  }

  private static void refresh(Schedule schedule) {
    try {
      schedule.refresh();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException edge) {
      // An edge: the next look may find more.
      LOG.error("due scores could not be ordered", edge);
    }
  }

  private static void score(TraitflowServer server, ScoringRounds rounds, String space) {
    long now = server.clock().controlNow();
    server
        .spaces()
        .find(space)
        .map(SpaceDefinition::predictions)
        .ifPresent(
            predictions -> {
              for (PredictionDefinition prediction : predictions) {
                server
                    .models()
                    .changeKnown(space, prediction.key(), state -> scoredAgain(state, now));
              }
              rounds.order(space, 0);
            });
  }

  private static ModelState scoredAgain(ModelState state, long now) {
    return state.hasModel() ? state.scored(state.population(), state.drift(), now) : state;
  }

  @Override
  public Optional<Scoring> scoring(String space) {
    Opened open = opened;
    return open == null ? Optional.empty() : open.rounds.scoring(space);
  }

  @Override
  public void settle(Duration patience) throws InterruptedException {
    Opened open = opened;
    if (open != null) {
      open.schedule.refresh();
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
