package dev.traitflow.server.store.rows;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.profile.TraitValue.Extent;
import dev.traitflow.core.profile.TraitValue.TraitClass;

/** How a trait's value lies in the store; its key is in the row's key. */
public final class StoredTrait {
  /** Version 1: the first format; version 2: and how much of the value there is. */
  private static final int VERSION_2 = 2;

  private StoredTrait() {}

  /** Writes a value that is there. */
  public static byte[] encode(TraitValue value, byte[] json, long attempt, long asOf) {
    return new ByteWriter(48 + json.length)
        .writeByte(VERSION_2)
        .writeLong(attempt)
        .writeLong(asOf)
        .writeByte(value.traitClass().wireCode())
        .writeBytes(json)
        .writeInt(value.version())
        .writeLong(value.updatedAt())
        .writeString(value.source())
        .writeByte(value.extent().wireCode())
        .toBytes();
  }

  /** Reads the value of the trait {@code key}. */
  public static TraitValue decode(String key, byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int version = in.readVersion(VERSION_2, "stored trait");
    in.readLong();
    in.readLong();
    return new TraitValue(
        key,
        TraitClass.ofWireCode(in.readByte()),
        in.readBytes(),
        in.readInt(),
        in.readLong(),
        in.readString(),
        version > 1 ? Extent.ofWireCode(in.readByte()) : Extent.WHOLE);
  }
}
