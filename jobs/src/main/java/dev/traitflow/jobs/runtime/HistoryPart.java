package dev.traitflow.jobs.runtime;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.codec.WireCode;
import dev.traitflow.core.codec.WireCodes;

/**
 * A part of a profile's history in the training job.
 *
 * @param kind what it is
 * @param key key it is sent to
 * @param sequence offset in the log of what caused it
 * @param value an encoded event; the canonical id of a merged profile; the type of the identifier a
 *     profile is known by; else empty
 */
public record HistoryPart(Kind kind, String key, long sequence, byte[] value) {

  /** What a part is. */
  public enum Kind implements WireCode {
    EVENT(0),
    MERGED_INTO(1),
    /** The profile has an identifier other than an anonymous id. */
    KNOWN(2),
    /** The event of this sequence is another profile's since an unmerge. */
    GONE(3),
    /** The profile was deleted, whatever else still says otherwise. */
    DELETED(4),
    /** An event that was resolved to a profile that has been merged away since. */
    MERGED_EVENT(5);

    private static final WireCodes<Kind> CODES = new WireCodes<>("kind of history part", values());

    private final int wireCode;

    Kind(int wireCode) {
      this.wireCode = wireCode;
    }

    @Override
    public int wireCode() {
      return wireCode;
    }
  }

  /** Version 1: the first format. */
  public static final Codec<HistoryPart> CODEC = new HistoryPartCodec();

  private static final class HistoryPartCodec implements Codec<HistoryPart> {
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(HistoryPart part) {
      return new ByteWriter(64 + part.value.length)
          .writeByte(VERSION_1)
          .writeByte(part.kind.wireCode())
          .writeString(part.key)
          .writeLong(part.sequence)
          .writeBytes(part.value)
          .toBytes();
    }

    @Override
    public HistoryPart decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "history part");
      return new HistoryPart(
          Kind.CODES.of(in.readByte()), in.readString(), in.readLong(), in.readBytes());
    }
  }
}
