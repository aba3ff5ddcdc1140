package dev.traitflow.jobs.profile;

import java.util.function.LongSupplier;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;

/**
 * When a fold flushes its bundle, works on its sweeps and reports how far it has come: 50 ms apart
 * while there is anything to do, and not at all otherwise. In processing time, because it bounds
 * how long a change stays unseen by people; no value depends on when it runs.
 */
final class FoldPeriod {
  private final ProcessingTimeService time;
  private final FlushPace pace;
  private final FoldProgress progress;
  private final FoldProgress.Work work;
  private final LongSupplier nanoTime;
  private boolean planned;
  private boolean eventsTaken;
  private long begunAt;

  /**
   * The period of a subtask; {@link #run} begins it.
   *
   * @param nanoTime the clock that measures how long the work took
   */
  FoldPeriod(
      ProcessingTimeService time,
      FlushPace pace,
      FoldProgress progress,
      FoldProgress.Work work,
      LongSupplier nanoTime) {
    this.time = time;
    this.pace = pace;
    this.progress = progress;
    this.work = work;
    this.nanoTime = nanoTime;
  }

  /** An event was taken: sweeps leave most of the time to events. */
  void eventTaken() {
    eventsTaken = true;
  }

  /** Makes sure that the work is done within 50 ms, at once if it was done long ago. */
  void await() {
    if (!planned) {
      plan(Math.max(1, begunAt + FlushPace.PERIOD_MILLIS - time.getCurrentProcessingTime()));
    }
  }

  /** Does the work that is due at an instant of processing time, and plans when to do it again. */
  void run(long timestamp) throws Exception {
    planned = false;
    begunAt = timestamp;
    long began = nanoTime.getAsLong();
    boolean unfinished = progress.sweep();
    if (pace.isDue(timestamp, work.pending())) {
      work.flush();
    }
    progress.report();
    if (work.isSweeping()) {
      // Two thirds of the time stay for events, as long as any come.
      long took = (nanoTime.getAsLong() - began) / 1_000_000;
      plan(Math.min(FlushPace.PERIOD_MILLIS, eventsTaken ? 2 * took + 1 : 1));
    } else if (unfinished || work.pending() > 0) {
      plan(FlushPace.PERIOD_MILLIS);
    }
    eventsTaken = false;
  }

  /** Has the work be done after so many milliseconds. */
  @SuppressWarnings("FutureReturnValueIgnored") // A failing timer fails the task by itself.
  private void plan(long delayMillis) {
    planned = true;
    time.registerTimer(time.getCurrentProcessingTime() + delayMillis, this::run);
  }
}
