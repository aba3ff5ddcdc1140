package dev.traitflow.core.delivery;

/**
 * When a call that was not taken is sent again: for four hours, at growing distances, with jitter
 * so that those that failed together do not come back together.
 */
public final class RetryRules {
  /** How long after its first attempt a call is sent again, in milliseconds. */
  public static final long WINDOW_MILLIS = 4 * 3_600_000L;

  private static final long FIRST_MILLIS = 10_000;
  private static final long DISTANCE_MAX_MILLIS = 20 * 60_000L;
  private static final int DOUBLINGS_MAX = 10;

  private RetryRules() {}

  /** True if the receiver has taken the call. */
  public static boolean isDelivered(int status) {
    return status >= 200 && status < 300;
  }

  /** True if the same call may be taken later. */
  public static boolean isRetryable(int status) {
    return status == 307 || status == 429 || status >= 500;
  }

  /**
   * How long to wait after an attempt, in milliseconds.
   *
   * @param attempts how many attempts were made, from 1
   * @param jitter from 0 to 1: the distance is between half and all of the full one
   */
  public static long backoffMillis(int attempts, double jitter) {
    long full =
        Math.min(DISTANCE_MAX_MILLIS, FIRST_MILLIS << Math.min(attempts - 1, DOUBLINGS_MAX));
    return (long) (full * (0.5 + jitter / 2));
  }
}
