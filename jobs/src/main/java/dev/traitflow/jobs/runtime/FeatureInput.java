package dev.traitflow.jobs.runtime;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;

/**
 * A record of the topic {@code profiles.features} on its way to the scorers: a feature block, or a
 * marker of the fold.
 *
 * @param marker true if {@code value} is a marker
 * @param partition partition it was read from
 * @param partitions how many partitions the topic has
 * @param key key it is sent to: the profile's, or a control key
 * @param value the encoded block or marker
 */
public record FeatureInput(
    boolean marker, int partition, int partitions, String key, byte[] value) {

  /** Version 1: the first format. */
  public static final Codec<FeatureInput> CODEC = new FeatureInputCodec();

  private static final class FeatureInputCodec implements Codec<FeatureInput> {
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(FeatureInput input) {
      return new ByteWriter(64 + input.value.length)
          .writeByte(VERSION_1)
          .writeBoolean(input.marker)
          .writeInt(input.partition)
          .writeInt(input.partitions)
          .writeString(input.key)
          .writeBytes(input.value)
          .toBytes();
    }

    @Override
    public FeatureInput decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "feature input");
      return new FeatureInput(
          in.readBoolean(), in.readInt(), in.readInt(), in.readString(), in.readBytes());
    }
  }
}
