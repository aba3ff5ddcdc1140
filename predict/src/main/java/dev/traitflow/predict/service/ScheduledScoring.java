package dev.traitflow.predict.service;

import dev.traitflow.core.prediction.ModelState;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.Backbone;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server beside jobs that run elsewhere trains nothing, but keeps the schedule of scores: silent
 * profiles are scored when that is due, by the models in force and with percentiles over the
 * population they have.
 */
public final class ScheduledScoring extends WithoutTraining {
  private static final Logger LOG = LoggerFactory.getLogger(ScheduledScoring.class);
  private static final long PERIOD_SECONDS = 1;

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread made = new Thread(task, "traitflow-scoring");
            made.setDaemon(true);
            return made;
          });
  private final Backbone server;
  private final ScoringRounds rounds;
  private final Schedule schedule;

  private ScheduledScoring(Backbone server, String why, Explanations explanations) {
    super(why, explanations);
    this.server = server;
    this.rounds = new ScoringRounds(server, System::nanoTime);
    this.schedule = new Schedule(server, this::score, (space, prediction) -> {});
  }

  /**
   * Begins to look at the clock of a server that writes.
   *
   * @param server what it works on; stays open for as long as this is
   * @param why nobody trains here, and what to do instead: the sentence of refusals
   * @param explanations of scores
   */
  public static ScheduledScoring start(Backbone server, String why, Explanations explanations) {
    ScheduledScoring scoring = new ScheduledScoring(server, why, explanations);
    // Machine time: it only says how soon a due date is noticed.
    ScheduledFuture<?> unusedBecauseTheThreadEndsIt =
        scoring.thread.scheduleWithFixedDelay(
            scoring::refresh, PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
    return scoring;
  }

  private void refresh() {
    try {
      schedule.refresh();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException edge) {
      // An edge: the next look may find more.
      LOG.error("due scores could not be ordered", edge);
    }
  }

  private void score(String space) {
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
    return rounds.scoring(space);
  }

  @Override
  public void settle(Duration patience) throws InterruptedException {
    schedule.refresh();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
