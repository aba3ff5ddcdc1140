package dev.traitflow.server.store;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;

/**
 * Which profile another was merged into.
 *
 * @param survivor the profile that remains
 * @param sequence offset of the merge in the log
 */
record Pointer(String survivor, long sequence) {
  /** The row's value. */
  byte[] encode() {
    return new ByteWriter().writeString(survivor).writeLong(sequence).toBytes();
  }

  /** Reads a row's value. */
  static Pointer decode(byte[] value) {
    ByteReader in = new ByteReader(value);
    return new Pointer(in.readString(), in.readLong());
  }

  /** The survivor alone: chains of merges are followed by it. */
  static String survivor(byte[] value) {
    return new ByteReader(value).readString();
  }
}
