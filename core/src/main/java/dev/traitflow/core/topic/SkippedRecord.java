package dev.traitflow.core.topic;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;

/**
 * An operator's order to pass over one record of the log that the job cannot get over. It is no
 * record of the log itself, since the job would never reach it there.
 *
 * @param lane partition of the topic {@code events}
 * @param offset the record's offset in it
 * @param space id of the space that the order names
 * @param at the machine's time at the order, epoch milliseconds
 * @param reason why, for people; 1 to {@link #REASON_CHARS_MAX} characters
 */
public record SkippedRecord(int lane, long offset, String space, long at, String reason) {
  /** The longest reason. */
  public static final int REASON_CHARS_MAX = 500;

  /** Version 1: the first format. */
  public static final Codec<SkippedRecord> CODEC = new SkippedRecordCodec();

  /** The topic's key: one for each place in the log. */
  public byte[] topicKey() {
    return new ByteWriter().writeByte(1).writeInt(lane).writeLong(offset).toBytes();
  }

  /** True if it is about the record at this place. */
  public boolean isAt(int otherLane, long otherOffset) {
    return lane == otherLane && offset == otherOffset;
  }

  private static final class SkippedRecordCodec implements Codec<SkippedRecord> {
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(SkippedRecord skipped) {
      return new ByteWriter()
          .writeByte(VERSION_1)
          .writeInt(skipped.lane)
          .writeLong(skipped.offset)
          .writeString(skipped.space)
          .writeLong(skipped.at)
          .writeString(skipped.reason)
          .toBytes();
    }

    @Override
    public SkippedRecord decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "skipped record");
      return new SkippedRecord(
          in.readInt(), in.readLong(), in.readString(), in.readLong(), in.readString());
    }
  }
}
