package dev.traitflow.jobs.ingest;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.jobs.runtime.CodecTypeInformation;
import dev.traitflow.jobs.runtime.LogEntry;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads the topic {@code events}: each record with its partition and offset, the arrival order. */
public final class ReadLog implements KafkaRecordDeserializationSchema<LogEntry> {
  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<LogEntry> out) {
    out.collect(
        new LogEntry(record.partition(), record.offset(), LogRecord.CODEC.decode(record.value())));
  }

  @Override
  public TypeInformation<LogEntry> getProducedType() {
    return CodecTypeInformation.logEntries();
  }
}
