package dev.traitflow.core.trait;

import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.condition.PropertyValue;
import org.jspecify.annotations.Nullable;

/** The first usable value of the first event that has one. */
record FirstValue() implements Calculation<Held> {
  @Override
  public Held zero() {
    return Held.NONE;
  }

  @Override
  public Held add(Held first, Occurrence occurrence) {
    PropertyValue value = occurrence.values().get(0);
    return merge(first, new Held(occurrence.timestamp(), occurrence.messageId(), value));
  }

  @Override
  public Held merge(Held left, Held right) {
    if (left.value() == null || right.value() == null) {
      return left.value() == null ? right : left;
    }
    return right.isBefore(left) ? right : left;
  }

  @Override
  public @Nullable Held subtract(Held first, Occurrence occurrence) {
    return first.isOf(occurrence) ? null : first;
  }

  @Override
  public boolean isSettled(Held first) {
    return first.value() != null;
  }

  @Override
  public @Nullable String result(Held first) {
    return first.json();
  }

  @Override
  public Codec<Held> codec() {
    return Held.CODEC;
  }
}
