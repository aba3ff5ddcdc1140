package dev.traitflow.core.trait;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import org.jspecify.annotations.Nullable;

/** Counts events, whatever values they have. */
record EventCounter() implements Calculation<Long> {
  private static final Codec<Long> CODEC = new CountCodec();

  @Override
  public Long zero() {
    return 0L;
  }

  @Override
  public Long add(Long count, Occurrence occurrence) {
    return count + 1;
  }

  @Override
  public Long merge(Long left, Long right) {
    return left + right;
  }

  @Override
  public @Nullable Long subtract(Long count, Occurrence occurrence) {
    return count - 1;
  }

  @Override
  public String result(Long count) {
    return count.toString();
  }

  @Override
  public Codec<Long> codec() {
    return CODEC;
  }

  private static final class CountCodec implements Codec<Long> {
    /** Version 1: the count. */
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(Long count) {
      return new ByteWriter(16).writeByte(VERSION_1).writeLong(count).toBytes();
    }

    @Override
    public Long decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "event count");
      return in.readLong();
    }
  }
}
