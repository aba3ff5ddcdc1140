package dev.traitflow.jobs.profile;

import org.apache.flink.api.common.operators.ProcessingTimeService.ProcessingTimeCallback;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;

/**
 * When a fold looks after its bundle, its sweep and its markers: 50 ms apart while there is
 * anything to look after, and not at all otherwise. Processing time; no value depends on it.
 */
final class FoldPeriod {
  private final ProcessingTimeService time;
  private final ProcessingTimeCallback look;
  private boolean planned;
  private long begunAt;

  /** A period whose end calls {@code look}. */
  FoldPeriod(ProcessingTimeService time, ProcessingTimeCallback look) {
    this.time = time;
    this.look = look;
  }

  /** A look begins, at an instant of processing time. */
  void begin(long timestamp) {
    planned = false;
    begunAt = timestamp;
  }

  /** Has a look come within 50 ms, at once if the last one is long ago. */
  void await() {
    if (!planned) {
      plan(Math.max(1, begunAt + FlushPace.PERIOD_MILLIS - time.getCurrentProcessingTime()));
    }
  }

  /** Has a look come after so many milliseconds. None may be planned. */
  @SuppressWarnings("FutureReturnValueIgnored") // A failing timer fails the task by itself.
  void plan(long delayMillis) {
    planned = true;
    time.registerTimer(time.getCurrentProcessingTime() + delayMillis, look);
  }
}
