package dev.traitflow.server.delivery.rows;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;

/**
 * A note that something of a profile changed that destinations may have to be told of. What is to
 * be told is read when the mark is worked on: it is the value of then.
 *
 * @param space id of the space
 * @param profile the profile
 * @param key the trait or audience that changed; empty if identifiers did
 * @param absorbed id of a profile it absorbed, empty if it is no merge
 */
public record DeliveryMark(String space, String profile, String key, String absorbed) {

  /** Version 1: the first format. */
  public static final Codec<DeliveryMark> CODEC = new DeliveryMarkCodec();

  private static final class DeliveryMarkCodec implements Codec<DeliveryMark> {
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(DeliveryMark mark) {
      return new ByteWriter(64)
          .writeByte(VERSION_1)
          .writeString(mark.space)
          .writeString(mark.profile)
          .writeString(mark.key)
          .writeString(mark.absorbed)
          .toBytes();
    }

    @Override
    public DeliveryMark decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "delivery mark");
      return new DeliveryMark(in.readString(), in.readString(), in.readString(), in.readString());
    }
  }
}
