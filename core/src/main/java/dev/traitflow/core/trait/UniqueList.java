package dev.traitflow.core.trait;

import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.condition.ValueText;
import org.jspecify.annotations.Nullable;

/**
 * The distinct texts in code-point order, numbers as text too: the longest prefix of at most 10,000
 * texts within 256 kB of UTF-8.
 */
record UniqueList() implements Calculation<ValueCounts> {
  @Override
  public ValueCounts zero() {
    return ValueCounts.ofList();
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
  public String result(ValueCounts counts) {
    StringBuilder out = new StringBuilder("[");
    for (String text : counts.texts()) {
      if (out.length() > 1) {
        out.append(',');
      }
      ValueText.appendQuoted(out, text);
    }
    return out.append(']').toString();
  }

  @Override
  public boolean isTruncated(ValueCounts counts) {
    return counts.isTruncated();
  }

  @Override
  public Codec<ValueCounts> codec() {
    return ValueCounts.LIST_CODEC;
  }
}
