package dev.traitflow.core.trait;

import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.condition.ValueText;
import dev.traitflow.core.condition.ValueType;
import dev.traitflow.core.text.CodePointOrder;
import org.jspecify.annotations.Nullable;

/**
 * The value that occurred most often, the first by code point of those that tie. Numbers are
 * counted by their text.
 *
 * <p>Known limit: of more than 10,000 distinct texts, or 1 MB of them, the first by code point
 * count.
 *
 * @param minimum how often it must have occurred, at least 1
 * @param type as what it leaves: a number as a number, anything else as text
 */
record MostFrequent(int minimum, ValueType type) implements Calculation<ValueCounts> {
  @Override
  public ValueCounts zero() {
    return ValueCounts.ofFrequent();
  }

  @Override
  public ValueCounts add(ValueCounts counts, Occurrence occurrence) {
    return counts.add(occurrence);
  }

  @Override
  public ValueCounts merge(ValueCounts left, ValueCounts right) {
    return left.merge(right);
  }

  @Override
  public @Nullable ValueCounts subtract(ValueCounts counts, Occurrence occurrence) {
    return counts.subtract(occurrence);
  }

  @Override
  public @Nullable String result(ValueCounts counts) {
    Best found = new Best(minimum);
    counts.forEach(found::see);
    String best = found.text;
    return best == null || type == ValueType.NUMBER ? best : ValueText.quoted(best);
  }

  @Override
  public boolean isTruncated(ValueCounts counts) {
    return counts.isTruncated();
  }

  @Override
  public Codec<ValueCounts> codec() {
    return ValueCounts.FREQUENT_CODEC;
  }

  /** The best text so far. */
  private static final class Best {
    private @Nullable String text;
    private long count;

    Best(long minimum) {
      count = minimum - 1;
    }

    void see(String other, long times) {
      String held = text;
      boolean tiesFirst =
          times == count && held != null && CodePointOrder.INSTANCE.compare(other, held) < 0;
      if (times > count || tiesFirst) {
        text = other;
        count = times;
      }
    }
  }
}
