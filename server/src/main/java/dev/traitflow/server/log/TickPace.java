package dev.traitflow.server.log;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Says when a silent lane of the log gets its next tick.
 *
 * <p>While the log is in use, that is 200 ms after the lane's newest record. At rest a tick costs
 * as much as an event and changes nothing, so the next one comes when a value is due to change by
 * time, and after five seconds otherwise: the ends of windows show as soon as ever, and sooner.
 */
final class TickPace {
  /** Between two records of a lane while the log is in use. */
  static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** Between two records of a lane at rest. */
  static final long REST_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** The log is in use for so long after something other than a tick was appended. */
  static final long IN_USE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private TickPace() {}

  /**
   * How long to wait until a lane's next tick is due.
   *
   * @param sinceRecord since anything was appended to the lane, a tick too, in nanoseconds
   * @param untilDue until time alone changes a value, in milliseconds; empty while the log is in
   *     use, or if that is not known
   * @return nanoseconds; 0 or less if it is due
   */
  static long untilTick(long sinceRecord, OptionalLong untilDue) {
    long soonest = BUSY_NANOS - sinceRecord;
    if (untilDue.isEmpty()) {
      return soonest;
    }
    long due = TimeUnit.MILLISECONDS.toNanos(untilDue.getAsLong()); // saturates
    return Math.max(soonest, Math.min(REST_NANOS - sinceRecord, due));
  }
}
