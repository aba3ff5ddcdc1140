package dev.traitflow.core.trait;

import dev.traitflow.core.codec.Codec;
import org.jspecify.annotations.Nullable;

/** How many texts the {@link UniqueList} of the same events has. */
record UniqueListCount() implements Calculation<ValueCounts> {
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
    return Integer.toString(counts.size());
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
