package dev.traitflow.server.store.rows;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;

/**
 * Which profile another was merged into.
 *
 * @param survivor the profile that remains
 * @param sequence offset of the merge in the log
 */
public record Pointer(String survivor, long sequence) {
  /** The row's value. */
  public byte[] encode() {
    return new ByteWriter().writeString(survivor).writeLong(sequence).toBytes();
  }

  /** Reads a row's value. */
  public static Pointer decode(byte[] value) {
    ByteReader in = new ByteReader(value);
    return new Pointer(in.readString(), in.readLong());
  }

  /** The survivor alone: chains of merges are followed by it. */
  public static String survivor(byte[] value) {
    return new ByteReader(value).readString();
  }
}
