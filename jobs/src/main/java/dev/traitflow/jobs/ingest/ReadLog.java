package dev.traitflow.jobs.ingest;

import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.Parsed;
import dev.traitflow.core.topic.SkippedRecord;
import dev.traitflow.jobs.runtime.CodecTypeInformation;
import dev.traitflow.jobs.runtime.LogEntry;
import java.util.List;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the topic {@code events}: each record with its partition and offset, the arrival order.
 *
 * <p>A record that an operator skips reads as a refused call, so that it is counted and sampled,
 * and everything behind it goes on. Which records these are is known when the source starts, and
 * with each attempt again: a job that fails at a record meets the order at its next attempt. An
 * order is kept for good, so that reading the log once more gives the same.
 */
public final class ReadLog implements KafkaRecordDeserializationSchema<LogEntry> {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(ReadLog.class);
  private static final byte[] NONE = new byte[0];

  private final LogSkips skips;
  private transient List<SkippedRecord> skipped = List.of();

  /** Reads the log without the records that {@code skips} names. */
  public ReadLog(LogSkips skips) {
    this.skips = skips;
  }

  @Override
  public void open(DeserializationSchema.InitializationContext context) throws Exception {
    skipped = List.copyOf(skips.current());
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<LogEntry> out) {
    SkippedRecord skip = skipped.isEmpty() ? null : skipAt(record.partition(), record.offset());
    LogRecord read = skip == null ? read(record) : refused(record, skip);
    out.collect(new LogEntry(record.partition(), record.offset(), read));
  }

  private @Nullable SkippedRecord skipAt(int lane, long offset) {
    for (SkippedRecord skip : skipped) {
      if (skip.isAt(lane, offset)) {
        return skip;
      }
    }
    return null;
  }

  private static LogRecord read(ConsumerRecord<byte[], byte[]> record) {
    try {
      return LogRecord.CODEC.decode(record.value());
    } catch (RuntimeException unreadable) {
      throw LogEntry.impassable(record.partition(), record.offset(), "", unreadable);
    }
  }

  private static LogRecord refused(ConsumerRecord<byte[], byte[]> record, SkippedRecord skip) {
    Parsed.Rejected refusal =
        new Parsed.Rejected(
            DiscardReason.SKIPPED_BY_OPERATOR,
            "record " + skip.offset() + " of lane " + skip.lane() + ": " + skip.reason());
    LOG.warn("Lane {}, offset {}: skipped by an operator", skip.lane(), skip.offset());
    LogRecord known;
    try {
      known = LogRecord.CODEC.decode(record.value());
    } catch (RuntimeException unreadable) {
      // Nothing is known of it, not even a time: the clock stays where it was.
      byte[] sample = record.value() == null ? NONE : record.value();
      return LogRecord.refused(skip.space(), 0, "", refusal, "", 1, sample);
    }
    String space = known.space().isEmpty() ? skip.space() : known.space();
    return new LogRecord(
        LogRecord.Kind.CALL,
        space,
        known.at(),
        known.source(),
        known.origin(),
        1,
        "",
        known.kind() == LogRecord.Kind.CALL ? known.type() : "",
        known.body(),
        false,
        refusal);
  }

  @Override
  public TypeInformation<LogEntry> getProducedType() {
    return CodecTypeInformation.logEntries();
  }
}
