package dev.traitflow.jobs.runtime;

import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.core.topic.Topics;
import java.util.Properties;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Sources and sinks on Kafka, made in one place so that every job reads and writes alike. */
public final class KafkaEdges {
  private static final String REQUEST_BYTES_MAX = Integer.toString(Topics.REQUEST_BYTES_MAX);

  /**
   * How long the broker holds a fetch that finds nothing. It answers at the first record, so a long
   * wait delays nothing; it is how long a source may take to close, and so not longer.
   */
  private static final String FETCH_WAIT_MILLIS = "2000";

  private final KafkaConnection kafka;

  /** Edges on these brokers. */
  public KafkaEdges(KafkaConnection kafka) {
    this.kafka = kafka;
  }

  /**
   * Reads a topic from its beginning and on without end. Where to go on after a restart is known
   * from the checkpoint alone, never from the broker's committed offsets.
   */
  public <T> KafkaSource<T> endless(String topic, KafkaRecordDeserializationSchema<T> schema) {
    return KafkaSource.<T>builder()
        .setProperties(kafka.asProperties())
        .setBootstrapServers(kafka.bootstrap())
        .setTopics(topic)
        .setStartingOffsets(OffsetsInitializer.earliest())
        .setDeserializer(schema)
        .setProperty("enable.auto.commit", "false")
        .setProperty("commit.offsets.on.checkpoint", "false")
        .setProperty("partition.discovery.interval.ms", "-1")
        .setProperty("max.partition.fetch.bytes", REQUEST_BYTES_MAX)
        .setProperty("fetch.max.wait.ms", FETCH_WAIT_MILLIS)
        .build();
  }

  /** Reads a topic from its beginning to where it ends now. */
  public <T> KafkaSource<T> bounded(String topic, KafkaRecordDeserializationSchema<T> schema) {
    return KafkaSource.<T>builder()
        .setProperties(kafka.asProperties())
        .setBootstrapServers(kafka.bootstrap())
        .setTopics(topic)
        .setStartingOffsets(OffsetsInitializer.earliest())
        .setBounded(OffsetsInitializer.latest())
        .setDeserializer(schema)
        .setProperty("enable.auto.commit", "false")
        .setProperty("commit.offsets.on.checkpoint", "false")
        .setProperty("max.partition.fetch.bytes", REQUEST_BYTES_MAX)
        .build();
  }

  /**
   * Writes records where they say. At least once: after a restart records come again; they are
   * complete for their key and carry the attempt, which makes a repeat harmless.
   */
  public Sink<TopicRecord> sink() {
    Properties producer = kafka.asProperties();
    // Longer batches cost the broker and its readers less; a reader waits for its value meanwhile.
    producer.setProperty("linger.ms", "10");
    producer.setProperty("batch.size", "262144");
    producer.setProperty("max.request.size", REQUEST_BYTES_MAX);
    producer.setProperty("buffer.memory", "67108864");
    producer.setProperty("compression.type", "lz4");
    producer.setProperty("enable.idempotence", "true");
    return KafkaSink.<TopicRecord>builder()
        .setBootstrapServers(kafka.bootstrap())
        .setKafkaProducerConfig(producer)
        .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
        .setRecordSerializer(new WriteWhereTold())
        .build();
  }

  /** A topic record is its own address. */
  private static final class WriteWhereTold implements KafkaRecordSerializationSchema<TopicRecord> {
    @Override
    public ProducerRecord<byte[], byte[]> serialize(
        TopicRecord record, KafkaSinkContext context, Long timestamp) {
      return new ProducerRecord<>(record.topic(), record.partition(), record.key(), record.value());
    }
  }
}
