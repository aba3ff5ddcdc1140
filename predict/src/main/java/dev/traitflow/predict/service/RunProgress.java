package dev.traitflow.predict.service;

import dev.traitflow.server.predictions.PredictionControl.Progress;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;

/**
 * How far a run is that makes rows once and then trains one prediction after the other, and the
 * place where a run that is not wanted any more ends. Thread-safe.
 */
final class RunProgress {
  /** Making rows is this part of a run of one prediction, as measured on the demo. */
  private static final double ROWS = 0.4;

  private final List<String> keys;
  private final LongSupplier nanos;
  private final long began;
  private String step = "waiting for the log";
  private int training;
  private double done;
  private boolean cancelled;

  /**
   * Begins.
   *
   * @param keys the predictions, in the order in which they are trained
   * @param nanos a clock that never goes back, in nanoseconds
   */
  RunProgress(List<String> keys, LongSupplier nanos) {
    this.keys = List.copyOf(keys);
    this.nanos = nanos;
    this.began = nanos.getAsLong();
  }

  /** The rows are made up to that share; throws if the run was cancelled. */
  synchronized void rows(double share) {
    check();
    step = "making rows";
    done = rowsShare() * share;
  }

  /** A prediction is trained up to that share; throws if the run was cancelled. */
  synchronized void training(String key, String what, double share) {
    check();
    training = keys.indexOf(key);
    step = what;
    done = rowsShare() + (1 - rowsShare()) * (training + share) / keys.size();
  }

  /** Ends the run at its next step. */
  synchronized void cancel() {
    cancelled = true;
  }

  /** How far a prediction of the run is. */
  synchronized Progress of(String key) {
    int place = keys.indexOf(key);
    double end = rowsShare() + (1 - rowsShare()) * (place + 1) / keys.size();
    double share = Math.min(1, done / end);
    double seconds = (nanos.getAsLong() - began) / 1e9;
    String what =
        place > training && done > rowsShare() ? "waiting for " + keys.get(training) : step;
    return new Progress(what, share, share < 0.01 ? -1 : Math.round(seconds * (1 / share - 1)));
  }

  private void check() {
    if (cancelled) {
      throw new CancellationException("training: is not wanted any more");
    }
  }

  /** Rows are made once for all predictions. */
  private double rowsShare() {
    return ROWS / (ROWS + (1 - ROWS) * keys.size());
  }
}
