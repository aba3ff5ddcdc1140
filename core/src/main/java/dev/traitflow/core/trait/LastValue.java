package dev.traitflow.core.trait;

import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.condition.PropertyValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last usable value of the last event that has one. */
record LastValue() implements Calculation<Held> {
  @Override
  public Held zero() {
    return Held.NONE;
  }

  @Override
  public Held add(Held last, Occurrence occurrence) {
    List<PropertyValue> values = occurrence.values();
    PropertyValue value = values.get(values.size() - 1);
    return merge(last, new Held(occurrence.timestamp(), occurrence.messageId(), value));
  }

  @Override
  public Held merge(Held left, Held right) {
    if (left.value() == null || right.value() == null) {
      return left.value() == null ? right : left;
    }
    return left.isBefore(right) ? right : left;
  }

  @Override
  public @Nullable Held subtract(Held last, Occurrence occurrence) {
    return last.isOf(occurrence) ? null : last;
  }

  @Override
  public @Nullable String result(Held last) {
    return last.json();
  }

  @Override
  public Codec<Held> codec() {
    return Held.CODEC;
  }
}
