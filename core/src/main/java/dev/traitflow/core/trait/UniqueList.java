package dev.traitflow.core.trait;

import dev.traitflow.core.codec.Codec;
import org.jspecify.annotations.Nullable;

/** The distinct texts in code-point order, numbers as text too; at most the 10,000 first. */
record UniqueList() implements Calculation<ValueCounts> {
  @Override
  public ValueCounts zero() {
    return new ValueCounts();
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
  public Codec<ValueCounts> codec() {
    return ValueCounts.CODEC;
  }
}
