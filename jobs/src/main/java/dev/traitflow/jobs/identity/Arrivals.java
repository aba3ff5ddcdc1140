package dev.traitflow.jobs.identity;

import java.util.Arrays;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * When a lane's live calls arrived: the minutes that have a bucket, and the hashes of the newest of
 * them, on the heap until there are enough to be worth an append. The lane has them written before
 * each checkpoint barrier, so that none needs to be recovered.
 */
final class Arrivals {
  /** Bytes of a hash. */
  static final int HASH_BYTES = 16;

  private static final int WAITING_MAX = 64;

  private final TreeSet<Long> minutes = new TreeSet<>();
  private final byte[] waiting = new byte[WAITING_MAX * HASH_BYTES];
  private int used;
  private long minute;

  /** Minutes with a bucket, written or still to be written. */
  NavigableSet<Long> minutes() {
    return minutes;
  }

  /** The minute of the hashes that wait. */
  long minute() {
    return minute;
  }

  /** True if the hashes that wait must be written before one of {@code next} can wait with them. */
  boolean isDue(long next) {
    return used == waiting.length || (used > 0 && next != minute);
  }

  /** Lets a hash wait; none of another minute does. */
  void add(long arrivedIn, byte[] hash) {
    minute = arrivedIn;
    System.arraycopy(hash, 0, waiting, used, HASH_BYTES);
    used += HASH_BYTES;
  }

  /** True if none waits. */
  boolean isEmpty() {
    return used == 0;
  }

  /** The hashes that wait, one behind the other; from now on none does. */
  byte[] take() {
    byte[] taken = Arrays.copyOf(waiting, used);
    used = 0;
    return taken;
  }
}
