package dev.traitflow.server.log;

import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.core.topic.Topics;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes the Kafka clients of the server, so that their settings stand in one place. */
public final class KafkaClients {
  /** What a producer holds at most of records that are not durable yet. */
  static final int BUFFER_BYTES = 64 << 20;

  /** For an offset or the place of a partition: a broker on a slow disk that has just started. */
  private static final int PATIENCE_MILLIS = 600_000;

  /**
   * How long the broker holds a follower's fetch that finds nothing. It answers at the first
   * record, so a long wait delays nothing: closing does not wait for it.
   */
  private static final int FOLLOWER_WAIT_MILLIS = 5_000;

  /** Who reads up to an end asks for nothing behind it: what is held delays the next question. */
  private static final int READER_WAIT_MILLIS = 10;

  private static final int BATCH_BYTES = 128 << 10;
  private static final int RECORDS_MAX = 10_000;

  private KafkaClients() {}

  /**
   * A producer that keeps the order of what it is given and loses nothing that it has acknowledged.
   */
  public static KafkaProducer<byte[], byte[]> producer(KafkaConnection kafka) {
    Map<String, Object> settings = kafka.settings();
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 2);
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.REQUEST_BYTES_MAX);
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, (long) BUFFER_BYTES);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Asks and changes what topics there are. */
  public static Admin admin(KafkaConnection kafka) {
    return Admin.create(kafka.settings());
  }

  /**
   * A consumer that goes on reading for as long as the server runs, handing over at most {@code
   * recordsMax} records at a time; otherwise as {@link #consumer(KafkaConnection)}.
   */
  public static KafkaConsumer<byte[], byte[]> follower(KafkaConnection kafka, int recordsMax) {
    return consumer(kafka, recordsMax, FOLLOWER_WAIT_MILLIS);
  }

  /** The same, handing over as many records as others get. */
  public static KafkaConsumer<byte[], byte[]> follower(KafkaConnection kafka) {
    return follower(kafka, RECORDS_MAX);
  }

  /**
   * A consumer that reads up to an end. It has no group: its user assigns partitions and keeps the
   * offsets. It is closed at once, whatever fetch the broker still holds for it.
   */
  public static KafkaConsumer<byte[], byte[]> consumer(KafkaConnection kafka) {
    return consumer(kafka, RECORDS_MAX, READER_WAIT_MILLIS);
  }

  private static KafkaConsumer<byte[], byte[]> consumer(
      KafkaConnection kafka, int recordsMax, int fetchWaitMillis) {
    Map<String, Object> settings = kafka.settings();
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, fetchWaitMillis);
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, recordsMax);
    settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, Topics.REQUEST_BYTES_MAX);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer()) {
      @Override
      public void close() {
        close(CloseOptions.timeout(Duration.ZERO));
      }
    };
  }
}
