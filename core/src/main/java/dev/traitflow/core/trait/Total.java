package dev.traitflow.core.trait;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.condition.PropertyValue;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * The exact sum of numbers and how many they were. Decimals, not doubles: only so are sums the same
 * in any order.
 *
 * @param sum the sum
 * @param count how many numbers
 */
record Total(BigDecimal sum, long count) {
  static final Total ZERO = new Total(BigDecimal.ZERO, 0);
  static final Codec<Total> CODEC = new TotalCodec();

  Total plus(Occurrence occurrence) {
    BigDecimal more = sum;
    for (PropertyValue value : occurrence.values()) {
      more = more.add(value.decimal());
    }
    return new Total(more, count + occurrence.values().size());
  }

  Total minus(Occurrence occurrence) {
    BigDecimal less = sum;
    for (PropertyValue value : occurrence.values()) {
      less = less.subtract(value.decimal());
    }
    long left = count - occurrence.values().size();
    return left == 0 ? ZERO : new Total(less, left);
  }

  Total plus(Total other) {
    return new Total(sum.add(other.sum), count + other.count);
  }

  private static final class TotalCodec implements Codec<Total> {
    /** Version 1: unscaled sum, scale, count. */
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(Total total) {
      return new ByteWriter(24)
          .writeByte(VERSION_1)
          .writeBytes(total.sum.unscaledValue().toByteArray())
          .writeInt(total.sum.scale())
          .writeLong(total.count)
          .toBytes();
    }

    @Override
    public Total decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "total");
      BigInteger unscaled = new BigInteger(in.readBytes());
      return new Total(new BigDecimal(unscaled, in.readInt()), in.readLong());
    }
  }
}
