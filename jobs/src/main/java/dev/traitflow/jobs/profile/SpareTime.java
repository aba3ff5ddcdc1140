package dev.traitflow.jobs.profile;

import org.apache.flink.runtime.metrics.TimerGauge;
import org.apache.flink.streaming.runtime.tasks.StreamTask;

/**
 * Says whether a task has time to spare, by how long it waited for input. From Flink's own measure
 * of idle time, which is no public interface but costs nothing and counts what we could not see
 * from inside of an operator.
 */
final class SpareTime {
  /** A task that idles for this part of its time is not behind. */
  private static final int PART = 4;

  private final TimerGauge idle;
  private long idleBefore;
  private long askedAt;

  private SpareTime(TimerGauge idle) {
    this.idle = idle;
  }

  /** The spare time of a task. */
  static SpareTime of(StreamTask<?, ?> task) {
    return new SpareTime(
        task.getEnvironment().getMetricGroup().getIOMetricGroup().getIdleTimeMsPerSecond());
  }

  /**
   * True if the task idled for at least a quarter of the time since it was last asked.
   *
   * @param now processing time in milliseconds
   */
  boolean sinceLastAsked(long now) {
    long idleNow = idle.getAccumulatedCount();
    boolean spare = (idleNow - idleBefore) * PART >= now - askedAt;
    idleBefore = idleNow;
    askedAt = now;
    return spare;
  }
}
