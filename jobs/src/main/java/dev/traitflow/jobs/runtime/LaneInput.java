package dev.traitflow.jobs.runtime;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.Parsed;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the identity lane sees of a log entry: control records whole, calls parsed.
 *
 * @param partition the lane
 * @param offset place in the lane's log
 * @param record the log record; its body is dropped once a call was accepted
 * @param parsed what became of a call; null for everything else
 * @param event an accepted call's event, encoded; else empty. It is encoded once, where it was
 *     parsed, and travels on as these bytes
 */
public record LaneInput(
    int partition, long offset, LogRecord record, @Nullable Parsed parsed, byte[] event) {
  private static final byte[] NONE = new byte[0];

  /** Version 1: the first format. */
  public static final Codec<LaneInput> CODEC = new LaneInputCodec();

  /** What the lane sees of an entry and of what became of it, if it is a call. */
  public static LaneInput of(LogEntry entry, LogRecord record, @Nullable Parsed parsed) {
    byte[] event =
        parsed instanceof Parsed.Accepted accepted ? Event.CODEC.encode(accepted.event()) : NONE;
    return new LaneInput(entry.partition(), entry.offset(), record, parsed, event);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LaneInput that
        && partition == that.partition
        && offset == that.offset
        && record.equals(that.record)
        && Objects.equals(parsed, that.parsed)
        && Arrays.equals(event, that.event);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(offset) * 31 + partition;
  }

  private static final class LaneInputCodec implements Codec<LaneInput> {
    private static final int VERSION_1 = 1;
    private static final int NOT_A_CALL = 0;
    private static final int ACCEPTED = 1;
    private static final int REJECTED = 2;

    @Override
    public byte[] encode(LaneInput input) {
      ByteWriter out =
          new ByteWriter(192 + input.record.body().length + input.event.length)
              .writeByte(VERSION_1)
              .writeInt(input.partition)
              .writeLong(input.offset)
              .writeBytes(LogRecord.CODEC.encode(input.record));
      if (input.parsed instanceof Parsed.Accepted) {
        out.writeByte(ACCEPTED).writeRaw(input.event);
      } else if (input.parsed instanceof Parsed.Rejected rejected) {
        out.writeByte(REJECTED)
            .writeByte(rejected.reason().wireCode())
            .writeString(rejected.message());
      } else {
        out.writeByte(NOT_A_CALL);
      }
      return out.toBytes();
    }

    @Override
    public LaneInput decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "lane input");
      int partition = in.readInt();
      long offset = in.readLong();
      LogRecord record = LogRecord.read(in.readNested());
      int kind = in.readByte();
      byte[] event = kind == ACCEPTED ? in.readRemaining() : NONE;
      Parsed parsed =
          switch (kind) {
            case ACCEPTED -> new Parsed.Accepted(Event.CODEC.decode(event));
            case REJECTED ->
                new Parsed.Rejected(DiscardReason.ofWireCode(in.readByte()), in.readString());
            default -> null;
          };
      return new LaneInput(partition, offset, record, parsed, event);
    }
  }
}
