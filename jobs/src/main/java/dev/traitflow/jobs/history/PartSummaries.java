package dev.traitflow.jobs.history;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.trait.ComputedTrait;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the traits of a profile come to over parts of its history: over the chunks of a page, or
 * over the whole page. A trait that was defined anew in its slot finds none of its own. Mutable,
 * not thread-safe.
 */
final class PartSummaries {
  private static final int VERSION_1 = 1;

  private final SortedMap<Long, Summary> summaries = new TreeMap<>();
  private boolean changed;

  /**
   * A summary.
   *
   * @param version version of the trait
   * @param bytes of its tally
   */
  private record Summary(int version, byte[] bytes) {}

  /** What {@link #encode} gave; none for null. */
  static PartSummaries of(byte @Nullable [] stored) {
    PartSummaries all = new PartSummaries();
    if (stored != null) {
      ByteReader in = new ByteReader(stored);
      in.readVersion(VERSION_1, "summaries of a history");
      long key = 0;
      for (int left = in.readInt(); left > 0; left--) {
        key += in.readLong();
        all.summaries.put(key, new Summary(in.readInt(), in.readBytes()));
      }
    }
    return all;
  }

  /** The summary of a part for a trait, or null. */
  byte @Nullable [] get(int part, ComputedTrait trait) {
    Summary summary = summaries.get(key(part, trait));
    return summary == null || summary.version != trait.definition().version()
        ? null
        : summary.bytes;
  }

  /** Keeps a summary. */
  void put(int part, ComputedTrait trait, byte[] bytes) {
    summaries.put(key(part, trait), new Summary(trait.definition().version(), bytes));
    changed = true;
  }

  /** Forgets all summaries of a part. */
  void forget(int part) {
    summaries.subMap((long) part << Integer.SIZE, (part + 1L) << Integer.SIZE).clear();
    changed = true;
  }

  /** True if it is not as it was stored. */
  boolean isChanged() {
    return changed;
  }

  byte[] encode() {
    ByteWriter out =
        new ByteWriter(64 * summaries.size() + 16).writeByte(VERSION_1).writeInt(summaries.size());
    long before = 0;
    for (var entry : summaries.entrySet()) {
      out.writeLong(entry.getKey() - before)
          .writeInt(entry.getValue().version)
          .writeBytes(entry.getValue().bytes);
      before = entry.getKey();
    }
    changed = false;
    return out.toBytes();
  }

  private static long key(int part, ComputedTrait trait) {
    return (long) part << Integer.SIZE | trait.slot();
  }
}
