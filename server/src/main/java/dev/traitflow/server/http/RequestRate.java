package dev.traitflow.server.http;

/**
 * At most so many requests in any second: a request is let through if the one that many before it
 * is more than a second old. What is refused does not count. By the machine's monotonic clock.
 * Thread-safe.
 */
final class RequestRate {
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final long[] taken;
  private long requests;

  RequestRate(int requestsASecond) {
    taken = new long[requestsASecond];
  }

  /** Counts a request at {@code nanos}; false if it is one too many. */
  synchronized boolean spend(long nanos) {
    int place = (int) (requests % taken.length);
    if (requests >= taken.length && nanos - taken[place] < SECOND_NANOS) {
      return false;
    }
    taken[place] = nanos;
    requests++;
    return true;
  }
}
