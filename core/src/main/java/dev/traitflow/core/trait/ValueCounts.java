package dev.traitflow.core.trait;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.condition.PropertyValue;
import dev.traitflow.core.text.CodePointOrder;
import dev.traitflow.core.text.Utf8;
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
 * <p>Bounded in texts and in bytes: the texts that count are the longest prefix, in code-point
 * order, of at most 10,000 texts that are together within some bytes of UTF-8. Kept is the shortest
 * prefix that goes <em>beyond</em> the bound: one text more than counts, which says where the
 * prefix ends. This is mergeable, unlike "stop when full": a text is dropped only when smaller ones
 * reach beyond the bound without it, and those never go away by adding. So what is kept at the end
 * has never been dropped on the way, and its count is exact in any order. (Without the text more, a
 * part could not say that a text ended its list which another part, in which it did not occur, must
 * end at as well.)
 */
final class ValueCounts {
  /** Greatest number of distinct texts that count. */
  static final int DISTINCT_MAX = 10_000;

  /** Greatest length of the texts of a list together, in bytes of UTF-8. */
  static final int LIST_BYTES_MAX = 256 << 10;

  /** The same of texts of which only the most frequent is shown. */
  static final int FREQUENT_BYTES_MAX = 1 << 20;

  static final Codec<ValueCounts> LIST_CODEC = new ValueCountsCodec(LIST_BYTES_MAX);
  static final Codec<ValueCounts> FREQUENT_CODEC = new ValueCountsCodec(FREQUENT_BYTES_MAX);

  /** In the order they were stored in, which is sorted, then as they came: quick to sort again. */
  private final Map<String, Long> counts = new LinkedHashMap<>();

  private final int bytesMax;
  private long bytes;
  private @Nullable NavigableSet<String> order;
  private boolean dropped;

  private ValueCounts(int bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** No texts, to be shown as a list. */
  static ValueCounts ofList() {
    return new ValueCounts(LIST_BYTES_MAX);
  }

  /** No texts, of which the most frequent is to be shown. */
  static ValueCounts ofFrequent() {
    return new ValueCounts(FREQUENT_BYTES_MAX);
  }

  ValueCounts add(Occurrence occurrence) {
    for (PropertyValue value : occurrence.values()) {
      add(value.text(), 1);
    }
    return this;
  }

  ValueCounts merge(ValueCounts other) {
    dropped |= other.dropped;
    other.counts.forEach(this::add);
    return this;
  }

  /** Null if a text that was dropped may have to come back. */
  @Nullable ValueCounts subtract(Occurrence occurrence) {
    for (PropertyValue value : occurrence.values()) {
      String text = value.text();
      Long count = counts.get(text);
      if (count == null) {
        continue; // dropped, and still beyond the last that is kept
      }
      if (count > 1) {
        counts.put(text, count - 1);
      } else if (dropped) {
        return null;
      } else {
        remove(text);
        order = null;
      }
    }
    return this;
  }

  /** How many distinct texts count. */
  int size() {
    return isOver() ? counts.size() - 1 : counts.size();
  }

  /** True if there are texts that do not count. */
  boolean isTruncated() {
    return dropped || isOver();
  }

  /** Visits the texts that count, and their counts, in any order. */
  void forEach(ObjLongConsumer<String> visitor) {
    String beyond = isOver() ? order().last() : null;
    counts.forEach(
        (text, count) -> {
          if (!text.equals(beyond)) {
            visitor.accept(text, count);
          }
        });
  }

  /** The texts that count, in code-point order. */
  List<String> texts() {
    List<String> texts = sorted();
    return isOver() ? texts.subList(0, texts.size() - 1) : texts;
  }

  private List<String> sorted() {
    List<String> texts = new ArrayList<>(counts.keySet());
    texts.sort(CodePointOrder.INSTANCE);
    return texts;
  }

  private boolean isOver() {
    return counts.size() > DISTINCT_MAX || bytes > bytesMax;
  }

  private void add(String text, long count) {
    Long known = counts.get(text);
    if (known != null) {
      counts.put(text, known + count);
      return;
    }
    if (isOver() && CodePointOrder.INSTANCE.compare(text, order().last()) > 0) {
      dropped = true;
      return;
    }
    put(text, count);
    trim();
  }

  private void put(String text, long count) {
    counts.put(text, count);
    bytes += Utf8.length(text);
    if (order != null) {
      order.add(text);
    }
  }

  private void remove(String text) {
    counts.remove(text);
    bytes -= Utf8.length(text);
  }

  /** Drops the greatest texts until only one is beyond the bound. */
  private void trim() {
    while (isOver()) {
      String last = order().last();
      if (counts.size() - 1 <= DISTINCT_MAX && bytes - Utf8.length(last) <= bytesMax) {
        return;
      }
      remove(last);
      order().remove(last);
      dropped = true;
    }
  }

  /** The texts sorted, kept as long as their number stays at the bound. */
  private NavigableSet<String> order() {
    NavigableSet<String> known = order;
    if (known == null) {
      known = new TreeSet<>(CodePointOrder.INSTANCE);
      known.addAll(counts.keySet());
      order = known;
    }
    return known;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ValueCounts that
        && dropped == that.dropped
        && counts.equals(that.counts);
  }

  @Override
  public int hashCode() {
    return counts.hashCode();
  }

  @Override
  public String toString() {
    return counts + (dropped ? " truncated" : "");
  }

  private static final class ValueCountsCodec implements Codec<ValueCounts> {
    /** Version 1: whether texts were dropped, then texts in order with their counts. */
    private static final int VERSION_1 = 1;

    private final int bytesMax;

    ValueCountsCodec(int bytesMax) {
      this.bytesMax = bytesMax;
    }

    @Override
    public byte[] encode(ValueCounts values) {
      ByteWriter out =
          new ByteWriter(16 + 12 * values.counts.size())
              .writeByte(VERSION_1)
              .writeBoolean(values.dropped)
              .writeInt(values.counts.size());
      for (String text : values.sorted()) {
        out.writeString(text).writeLong(values.counts.getOrDefault(text, 0L));
      }
      return out.toBytes();
    }

    /** Texts that were kept when only their number was bounded may be beyond the bytes. */
    @Override
    public ValueCounts decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "value counts");
      ValueCounts values = new ValueCounts(bytesMax);
      values.dropped = in.readBoolean();
      int size = in.readInt();
      for (int i = 0; i < size; i++) {
        values.put(in.readString(), in.readLong());
      }
      values.trim();
      return values;
    }
  }
}
