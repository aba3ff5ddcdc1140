package dev.traitflow.server.access;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * At most so many requests in any one second: exact, by remembering when the last ones were let in.
 * It goes by a clock that never jumps, not by that of the spaces. Thread-safe.
 */
public final class RateLimit {
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final long[] admitted;
  private final LongSupplier nanoClock;
  private int next;
  private long count;

  /**
   * A limit.
   *
   * @param perSecond how many a second, at least 1
   * @param nanoClock such as {@link System#nanoTime}
   */
  public RateLimit(int perSecond, LongSupplier nanoClock) {
    this.admitted = new long[perSecond];
    this.nanoClock = nanoClock;
  }

  /** Lets one in: 0; or answers after how many whole seconds, at least 1, to try again. */
  public synchronized long secondsToWait() {
    long now = nanoClock.getAsLong();
    long oldest = admitted[next];
    long wait = count < admitted.length ? 0 : oldest + SECOND_NANOS - now;
    if (wait > 0) {
      return (wait + SECOND_NANOS - 1) / SECOND_NANOS;
    }
    admitted[next] = now;
    next = (next + 1) % admitted.length;
    count++;
    return 0;
  }
}
