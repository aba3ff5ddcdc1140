package dev.traitflow.jobs.identity;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.jobs.runtime.EventMessage;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;

/**
 * What a lane counts, and the minutes its deduplication keeps. Held on the heap between checkpoints
 * so that counting costs no state access per call.
 */
final class LaneTotals {
  /** Version 1: the first format; version 2: and how far ahead events were dated. */
  static final Codec<LaneTotals> CODEC = new LaneTotalsCodec();

  private final Map<String, Long> counts = new TreeMap<>();
  private final Arrivals arrivals = new Arrivals();
  private long datedAhead = -1;

  /** Adds {@code more} to a count. */
  void add(String name, long more) {
    counts.merge(name, more, Long::sum);
  }

  /** Sets a count. */
  void set(String name, long value) {
    counts.put(name, value);
  }

  /** All counts, for a marker. */
  Map<String, Long> counts() {
    return counts;
  }

  /** What arrived, for deduplication. */
  Arrivals arrivals() {
    return arrivals;
  }

  /**
   * Takes note of an event that goes to a history.
   *
   * @param timestamp when it happened, epoch milliseconds
   * @param at the clock
   * @return true if a repeat of one that was dated far ahead may have come to its instant
   */
  boolean mayRepeatDatedAhead(long timestamp, long at) {
    boolean may = timestamp <= datedAhead;
    if (timestamp - at > EventMessage.LiveEvent.GUARDED_BEYOND_MILLIS) {
      datedAhead = Math.max(datedAhead, timestamp);
    }
    return may;
  }

  private static final class LaneTotalsCodec implements Codec<LaneTotals> {
    private static final int VERSION_1 = 1;
    private static final int VERSION_2 = 2;

    @Override
    public byte[] encode(LaneTotals totals) {
      ByteWriter out = new ByteWriter().writeByte(VERSION_2).writeInt(totals.counts.size());
      totals.counts.forEach((name, count) -> out.writeString(name).writeLong(count));
      NavigableSet<Long> minutes = totals.arrivals.minutes();
      out.writeInt(minutes.size());
      minutes.forEach(out::writeLong);
      out.writeLong(totals.datedAhead);
      return out.toBytes();
    }

    @Override
    public LaneTotals decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      int version = in.readVersion(VERSION_2, "lane totals");
      LaneTotals totals = new LaneTotals();
      for (int left = in.readInt(); left > 0; left--) {
        totals.counts.put(in.readString(), in.readLong());
      }
      for (int left = in.readInt(); left > 0; left--) {
        totals.arrivals.minutes().add(in.readLong());
      }
      if (version > VERSION_1) {
        totals.datedAhead = in.readLong();
      }
      return totals;
    }
  }
}
