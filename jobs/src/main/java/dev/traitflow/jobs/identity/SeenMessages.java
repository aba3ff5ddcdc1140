package dev.traitflow.jobs.identity;

import dev.traitflow.jobs.runtime.HistoryKey;
import java.util.Arrays;
import java.util.NavigableSet;
import java.util.SortedSet;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;

/**
 * The messageIds a lane has seen, exact and in log order: the first to arrive wins.
 *
 * <p>Live calls are remembered for the window after their arrival, in buckets of a minute that are
 * dropped whole; lines of a replayed file for good, because a file may repeat a line years later.
 * Cost per call: one get, and for a new one a put and a share of an append.
 */
final class SeenMessages {
  /** Remembered for good. */
  private static final long FOR_GOOD = Long.MAX_VALUE;

  /**
   * Key: a lane; entries: hash of a messageId to the minute it arrived. Bound: the calls of a
   * window and the replayed lines. Cleared by {@link #expire}.
   */
  static final MapStateDescriptor<byte[], Long> SEEN =
      new MapStateDescriptor<>(
          "seen-messages", BytePrimitiveArraySerializer.INSTANCE, LongSerializer.INSTANCE);

  /**
   * Key: a lane, namespace: a minute; entries: hashes of messageIds that arrived in it, several one
   * behind the other. Cleared by {@link #expire}.
   */
  static final ListStateDescriptor<byte[]> MINUTE =
      new ListStateDescriptor<>("seen-by-minute", BytePrimitiveArraySerializer.INSTANCE);

  /** Gives the state of one minute. */
  interface Minutes {
    ListState<byte[]> of(long minute) throws Exception;
  }

  private final MapState<byte[], Long> seen;
  private final Minutes minutes;
  private final long windowMinutes;

  SeenMessages(MapState<byte[], Long> seen, Minutes minutes, long windowMinutes) {
    this.seen = seen;
    this.minutes = minutes;
    this.windowMinutes = windowMinutes;
  }

  /**
   * Remembers the messageId.
   *
   * @param at the clock, epoch milliseconds
   * @param forGood true for a replayed line
   * @param arrivals what is known of the lane's live calls; changed here
   * @return true if it had not been seen
   */
  boolean add(String messageId, long at, boolean forGood, Arrivals arrivals) throws Exception {
    byte[] hash = HistoryKey.hash(messageId);
    long minute = at / 60_000;
    Long before = seen.get(hash);
    if (before != null && before >= minute - windowMinutes) {
      if (forGood && before != FOR_GOOD) {
        seen.put(hash, FOR_GOOD);
      }
      return false;
    }
    seen.put(hash, forGood ? FOR_GOOD : (Long) minute);
    if (!forGood) {
      if (arrivals.isDue(minute)) {
        keep(arrivals);
      }
      arrivals.add(minute, hash);
      if (arrivals.minutes().add(minute)) {
        expire(minute, arrivals.minutes());
      }
    }
    return true;
  }

  /** Writes the arrivals that wait; of a lane whose key is the current one. */
  void keep(Arrivals arrivals) throws Exception {
    if (!arrivals.isEmpty()) {
      minutes.of(arrivals.minute()).add(arrivals.take());
    }
  }

  private void expire(long minute, NavigableSet<Long> kept) throws Exception {
    SortedSet<Long> old = kept.headSet(minute - windowMinutes);
    for (long gone : old.toArray(Long[]::new)) {
      ListState<byte[]> bucket = minutes.of(gone);
      for (byte[] hashes : bucket.get()) {
        for (int from = 0; from < hashes.length; from += Arrivals.HASH_BYTES) {
          byte[] hash = Arrays.copyOfRange(hashes, from, from + Arrivals.HASH_BYTES);
          Long last = seen.get(hash);
          if (last != null && last == gone) {
            seen.remove(hash);
          }
        }
      }
      bucket.clear();
      kept.remove(gone);
    }
  }
}
