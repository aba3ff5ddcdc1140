package dev.traitflow.predict.service;

import dev.traitflow.core.prediction.ModelState;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.Backbone;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When scores and models are due, by the clock of the spaces: everybody is scored every {@code
 * refresh_days}, a model is trained anew every {@code retrain_days}, earlier if its inputs moved,
 * and a prediction without a model is tried again, each at most once a day. One schedule for a
 * space, kept by whoever runs its server, so that nothing is scored twice.
 */
final class Schedule {
  private static final Logger LOG = LoggerFactory.getLogger(Schedule.class);
  private static final long DAY = PredictionDefinition.DAY;
  private static final long PAUSE_NANOS = 60_000_000_000L;

  private final Backbone server;
  private final Scoring scoring;
  private final Training training;
  private final Map<String, Long> failures = new HashMap<>();

  /** Scores everybody in a space. */
  interface Scoring {
    /** Returns when the scoring stands in the log. */
    void refresh(String space) throws InterruptedException;
  }

  /** Trains. */
  interface Training {
    /** Begins to train a prediction, unless that goes on already. */
    void start(String space, String prediction);
  }

  Schedule(Backbone server, Scoring scoring, Training training) {
    this.server = server;
    this.scoring = scoring;
    this.training = training;
  }

  /** Begins the trainings that are due. */
  void train() {
    long now = server.clock().controlNow();
    for (SpaceDefinition space : server.spaces().all()) {
      for (PredictionDefinition prediction : space.predictions()) {
        server
            .models()
            .states()
            .find(space.id(), prediction.key())
            .filter(state -> isTrainingDue(state, prediction.retrainDays(), now))
            .ifPresent(state -> training.start(space.id(), prediction.key()));
      }
    }
  }

  /** Scores the spaces whose scores are due, one after the other. */
  synchronized void refresh() throws InterruptedException {
    for (String space : due()) {
      try {
        scoring.refresh(space);
        failures.remove(space);
      } catch (RuntimeException edge) {
        // An edge: the space is tried again in a while, and the others now.
        LOG.error("{} could not be scored", space, edge);
        failures.put(space, System.nanoTime());
      }
    }
  }

  private List<String> due() {
    long now = server.clock().controlNow();
    return server.spaces().all().stream()
        .filter(space -> isDue(space, now))
        .map(SpaceDefinition::id)
        .filter(
            space ->
                !failures.containsKey(space)
                    || System.nanoTime() - failures.get(space) > PAUSE_NANOS)
        .toList();
  }

  private boolean isDue(SpaceDefinition space, long now) {
    for (PredictionDefinition prediction : space.predictions()) {
      boolean due =
          server
              .models()
              .states()
              .find(space.id(), prediction.key())
              .filter(state -> isRefreshDue(state, prediction, now))
              .isPresent();
      if (due) {
        return true;
      }
    }
    return false;
  }

  static boolean isRefreshDue(ModelState state, PredictionDefinition prediction, long now) {
    return state.hasModel() && now - state.scoredAt() >= prediction.refreshDays() * DAY;
  }

  /** True if the prediction should be trained and was not tried for a day. */
  static boolean isTrainingDue(ModelState state, int retrainDays, long now) {
    if (now - state.triedAt() < DAY || state.phase() == ModelState.Phase.IN_PROGRESS) {
      return false;
    }
    boolean moved = state.drift().path("level").asText().equals("alarm");
    return !state.hasModel() || moved || now - state.builtAt() >= retrainDays * DAY;
  }
}
