package dev.traitflow.jobs.profile;

import org.apache.flink.runtime.metrics.TimerGauge;
import org.apache.flink.streaming.runtime.tasks.StreamTask;

/**
 * Says when a bundle is to be flushed: at every period, unless the task is behind. A task that is
 * behind lets a bundle of many profiles grow for ten periods: the more events it takes, the less
 * each costs.
 *
 * <p>Whether it is behind is told by how long it waited for input: by Flink's own measure of idle
 * time, which is no public interface but costs nothing and counts what cannot be seen from inside
 * of an operator.
 */
final class FlushPace {
  /** Between two looks, in milliseconds of processing time. */
  static final long PERIOD_MILLIS = 50;

  private static final int PERIODS_MAX = 10;
  private static final int SESSIONS_FEW = 200;

  /** A task that idles for this part of its time is not behind. */
  private static final int IDLE_PART = 4;

  private final TimerGauge idle;
  private long idleBefore;
  private long askedAt;
  private long flushedAt;

  /** A pace by the idle time that {@code idle} accumulates, in milliseconds. */
  FlushPace(TimerGauge idle) {
    this.idle = idle;
  }

  /** The pace of a task's flushes. */
  static FlushPace of(StreamTask<?, ?> task) {
    return new FlushPace(
        task.getEnvironment().getMetricGroup().getIOMetricGroup().getIdleTimeMsPerSecond());
  }

  /**
   * True if a bundle is to be flushed now; the caller then does so.
   *
   * @param now processing time in milliseconds
   * @param sessions how many profiles the bundle holds
   */
  boolean isDue(long now, int sessions) {
    long idleNow = idle.getAccumulatedCount();
    boolean spare = (idleNow - idleBefore) * IDLE_PART >= now - askedAt;
    idleBefore = idleNow;
    askedAt = now;
    long age = now - flushedAt;
    boolean due =
        age >= PERIODS_MAX * PERIOD_MILLIS
            || (age >= PERIOD_MILLIS && (spare || sessions < SESSIONS_FEW));
    if (due) {
      flushedAt = now;
    }
    return due;
  }
}
