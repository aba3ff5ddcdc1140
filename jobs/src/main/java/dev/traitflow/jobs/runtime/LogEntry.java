package dev.traitflow.jobs.runtime;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.event.LogRecord;
import org.apache.flink.util.FlinkRuntimeException;

/**
 * A record of the log with its place in it.
 *
 * @param partition partition of the topic {@code events}: the lane
 * @param offset its offset: the arrival order
 * @param record the record
 */
public record LogEntry(int partition, long offset, LogRecord record) {

  /**
   * The failure of a record that the job cannot get over, with its place and the way past it. It is
   * the innermost, since that is the one an operator is shown; what caused it is suppressed.
   *
   * @param space id of its space; empty if it is of no space or cannot be read
   */
  public static FlinkRuntimeException impassable(
      int lane, long offset, String space, RuntimeException cause) {
    FlinkRuntimeException failure =
        new FlinkRuntimeException(
            "log: lane "
                + lane
                + ", offset "
                + offset
                + ": the job cannot get over this record (./traitflow log skip --space "
                + (space.isEmpty() ? "SPACE" : space)
                + " --offset "
                + offset
                + " --reason TEXT passes over it): "
                + cause);
    failure.addSuppressed(cause);
    return failure;
  }

  /** Version 1: the first format. */
  public static final Codec<LogEntry> CODEC = new LogEntryCodec();

  private static final class LogEntryCodec implements Codec<LogEntry> {
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(LogEntry entry) {
      return new ByteWriter(64 + entry.record.body().length)
          .writeByte(VERSION_1)
          .writeInt(entry.partition)
          .writeLong(entry.offset)
          .writeRaw(LogRecord.CODEC.encode(entry.record))
          .toBytes();
    }

    @Override
    public LogEntry decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "log entry");
      return new LogEntry(in.readInt(), in.readLong(), LogRecord.CODEC.decode(in.readRemaining()));
    }
  }
}
