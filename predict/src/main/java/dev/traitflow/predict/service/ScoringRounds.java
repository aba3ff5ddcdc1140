package dev.traitflow.predict.service;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.server.Backbone;
import dev.traitflow.server.predictions.PredictionControl.Scoring;
import dev.traitflow.server.store.barrier.PipelineProgress.Rescoring;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Orders the scoring of everybody in a space, and knows how far the newest one is. Thread-safe. */
final class ScoringRounds {
  private final Backbone server;
  private final LongSupplier nanos;
  private final Map<String, Round> rounds = new ConcurrentHashMap<>();

  /** An order that was given: its place in the log, and how many known profiles there were. */
  private record Round(long offset, long known, long began) {}

  /**
   * Orders through the log of a server.
   *
   * @param nanos a clock that never goes back, in nanoseconds
   */
  ScoringRounds(Backbone server, LongSupplier nanos) {
    this.server = server;
    this.nanos = nanos;
  }

  /**
   * Orders a scoring with the models in force; returns when the order is durable.
   *
   * @param known how many profiles are known; 0 if nobody counted
   */
  void order(String space, long known) {
    long now = server.clock().controlNow();
    long offset = server.log().append(LogRecord.score(space, now, now)).join();
    rounds.put(space, new Round(offset, known, nanos.getAsLong()));
  }

  /** How far the scoring is that goes on; empty if none does, or nobody counted. */
  Optional<Scoring> scoring(String space) {
    Round round = rounds.get(space);
    if (round == null || round.known == 0) {
      return Optional.empty();
    }
    Rescoring seen = server.repository().rescoring(space);
    if (seen.order() >= round.offset && seen.isDone()) {
      boolean unusedBecauseItIsOver = rounds.remove(space, round);
      return Optional.empty();
    }
    long scored = seen.order() < round.offset ? 0 : Math.min(seen.scored(), round.known);
    double seconds = (nanos.getAsLong() - round.began) / 1e9;
    long left = scored == 0 ? -1 : Math.round(seconds * (round.known - scored) / scored);
    return Optional.of(new Scoring(scored, round.known, left));
  }
}
