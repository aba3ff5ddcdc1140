package dev.traitflow.core.trait;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.event.CodePointOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * How often each text occurred. Mutable, not thread-safe.
 *
 * <p>The 10,000 smallest texts are kept. This bound is mergeable, unlike "stop after 10,000": a
 * text is dropped only when 10,000 smaller ones are there, and those never go away by adding, so
 * what is kept at the end has never been dropped on the way and its count is exact in any order.
 */
final class ValueCounts {
  /** Greatest number of distinct texts. */
  static final int DISTINCT_MAX = 10_000;

  static final Codec<ValueCounts> CODEC = new ValueCountsCodec();

  /** In the order they were stored in, which is sorted, then as they came: quick to sort again. */
  private final Map<String, Long> counts = new LinkedHashMap<>();

  private @Nullable NavigableSet<String> order;
  private boolean truncated;

  ValueCounts add(Occurrence occurrence) {
    for (PropertyValue value : occurrence.values()) {
      add(value.text(), 1);
    }
    return this;
  }

  ValueCounts merge(ValueCounts other) {
    other.counts.forEach(this::add);
    truncated |= other.truncated;
    return this;
  }

  /** Null once a text was dropped: it may have to come back. */
  @Nullable ValueCounts subtract(Occurrence occurrence) {
    if (truncated) {
      return null;
    }
    order = null;
    for (PropertyValue value : occurrence.values()) {
      counts.computeIfPresent(value.text(), (text, count) -> count == 1 ? null : count - 1);
    }
    return this;
  }

  /** How many distinct texts there are. */
  int size() {
    return counts.size();
  }

  /** Visits the texts and their counts in any order. */
  void forEach(ObjLongConsumer<String> visitor) {
    counts.forEach(visitor::accept);
  }

  /** The texts in code-point order. */
  List<String> texts() {
    List<String> texts = new ArrayList<>(counts.keySet());
    texts.sort(CodePointOrder.INSTANCE);
    return texts;
  }

  private void add(String text, long count) {
    if (counts.size() >= DISTINCT_MAX && !counts.containsKey(text)) {
      truncated = true;
      NavigableSet<String> sorted = order();
      if (CodePointOrder.INSTANCE.compare(text, sorted.last()) > 0) {
        return;
      }
      counts.remove(sorted.pollLast());
      sorted.add(text);
    }
    counts.merge(text, count, Long::sum);
  }

  /** The texts sorted, kept as long as their number stays at the bound. */
  private NavigableSet<String> order() {
    NavigableSet<String> sorted = order;
    if (sorted == null) {
      sorted = new TreeSet<>(CodePointOrder.INSTANCE);
      sorted.addAll(counts.keySet());
      order = sorted;
    }
    return sorted;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ValueCounts that
        && truncated == that.truncated
        && counts.equals(that.counts);
  }

  @Override
  public int hashCode() {
    return counts.hashCode();
  }

  @Override
  public String toString() {
    return counts + (truncated ? " truncated" : "");
  }

  private static final class ValueCountsCodec implements Codec<ValueCounts> {
    /** Version 1: whether texts were dropped, then texts in order with their counts. */
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(ValueCounts values) {
      ByteWriter out =
          new ByteWriter(16 + 12 * values.counts.size())
              .writeByte(VERSION_1)
              .writeBoolean(values.truncated)
              .writeInt(values.counts.size());
      for (String text : values.texts()) {
        out.writeString(text).writeLong(values.counts.getOrDefault(text, 0L));
      }
      return out.toBytes();
    }

    @Override
    public ValueCounts decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "value counts");
      ValueCounts values = new ValueCounts();
      values.truncated = in.readBoolean();
      int size = in.readInt();
      for (int i = 0; i < size; i++) {
        values.counts.put(in.readString(), in.readLong());
      }
      return values;
    }
  }
}
