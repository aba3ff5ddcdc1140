package dev.traitflow.core.trait;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.condition.PropertyValue;
import org.jspecify.annotations.Nullable;

/**
 * The smallest or greatest value of events that stay: numbers by size, texts by code point. Where
 * they leave again it is a {@link SlidingExtreme}.
 *
 * @param greatest true for the greatest, false for the smallest
 */
record Extreme(boolean greatest) implements Calculation<Extreme.Best> {
  private static final Codec<Best> CODEC = new BestCodec();

  /**
   * The extreme so far.
   *
   * @param value the value, null before the first
   */
  record Best(@Nullable PropertyValue value) {}

  @Override
  public Best zero() {
    return new Best(null);
  }

  @Override
  public Best add(Best best, Occurrence occurrence) {
    Best next = best;
    for (PropertyValue value : occurrence.values()) {
      next = merge(next, new Best(value));
    }
    return next;
  }

  @Override
  public Best merge(Best left, Best right) {
    if (left.value == null || right.value == null) {
      return left.value == null ? right : left;
    }
    int order = PropertyValue.ORDER.compare(left.value, right.value);
    return greatest == order >= 0 ? left : right;
  }

  @Override
  public @Nullable String result(Best best) {
    return best.value == null ? null : best.value.json();
  }

  @Override
  public Codec<Best> codec() {
    return CODEC;
  }

  private static final class BestCodec implements Codec<Best> {
    /** Version 1: whether there is a value, and the value. */
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(Best best) {
      ByteWriter out = new ByteWriter(32).writeByte(VERSION_1).writeBoolean(best.value != null);
      if (best.value != null) {
        best.value.write(out);
      }
      return out.toBytes();
    }

    @Override
    public Best decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "extreme");
      return new Best(in.readBoolean() ? PropertyValue.read(in) : null);
    }
  }
}
