package dev.traitflow.jobs.runtime;

import java.util.HashMap;
import java.util.Map;

/**
 * Collects a control record's copies from all origins: it is complete when the last of them has it.
 * Copies of one origin come in order; each origin sends several (one for each control key), of
 * which only the first counts.
 */
public final class Beats {
  private final Map<Integer, Long> newest = new HashMap<>();
  private long complete;

  /**
   * Notes that {@code origin} has reached {@code sequence}.
   *
   * @return true if with it every one of {@code origins} has reached a number higher than before;
   *     {@link #complete()} is then that number
   */
  public boolean reached(int origin, int origins, long sequence) {
    newest.merge(origin, sequence, Math::max);
    if (newest.size() < origins) {
      return false;
    }
    long lowest = Long.MAX_VALUE;
    for (long value : newest.values()) {
      lowest = Math.min(lowest, value);
    }
    if (lowest <= complete) {
      return false;
    }
    complete = lowest;
    return true;
  }

  /** The greatest number that every origin has reached, 0 before the first. */
  public long complete() {
    return complete;
  }
}
