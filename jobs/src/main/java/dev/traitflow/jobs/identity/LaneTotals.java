package dev.traitflow.jobs.identity;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;

/**
 * What a lane counts, and the minutes its deduplication keeps. Held on the heap between checkpoints
 * so that counting costs no state access per call.
 */
final class LaneTotals {
  /** Version 1: the first format. */
  static final Codec<LaneTotals> CODEC = new LaneTotalsCodec();

  private final Map<String, Long> counts = new TreeMap<>();
  private final Arrivals arrivals = new Arrivals();

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

  private static final class LaneTotalsCodec implements Codec<LaneTotals> {
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(LaneTotals totals) {
      ByteWriter out = new ByteWriter().writeByte(VERSION_1).writeInt(totals.counts.size());
      totals.counts.forEach((name, count) -> out.writeString(name).writeLong(count));
      NavigableSet<Long> minutes = totals.arrivals.minutes();
      out.writeInt(minutes.size());
      minutes.forEach(out::writeLong);
      return out.toBytes();
    }

    @Override
    public LaneTotals decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "lane totals");
      LaneTotals totals = new LaneTotals();
      for (int left = in.readInt(); left > 0; left--) {
        totals.counts.put(in.readString(), in.readLong());
      }
      for (int left = in.readInt(); left > 0; left--) {
        totals.arrivals.minutes().add(in.readLong());
      }
      return totals;
    }
  }
}
