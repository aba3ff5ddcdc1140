package dev.traitflow.jobs.scoring;

import dev.traitflow.core.prediction.ModelState;
import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.core.topic.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the compacted topic {@code models} from its beginning to its end. It is as small as there
 * are predictions, and a scoring round opens only after the model was announced in it, so that a
 * reader who sees the round sees the model.
 */
public final class KafkaModelCatalog implements ModelCatalog {
  private static final Logger LOGGER = LoggerFactory.getLogger(KafkaModelCatalog.class);

  private final KafkaConnection kafka;

  /** Reads from these brokers. */
  public KafkaModelCatalog(KafkaConnection kafka) {
    this.kafka = kafka;
  }

  @Override
  public Collection<ModelState> current() throws Exception {
    Map<String, Object> settings = kafka.settings();
    settings.put("enable.auto.commit", "false");
    settings.put("fetch.max.wait.ms", "10"); // It reads up to an end: nothing comes behind it.
    settings.put("max.partition.fetch.bytes", Topics.REQUEST_BYTES_MAX);
    Map<ByteBuffer, ModelState> newest = new LinkedHashMap<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topics.MODELS).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(each -> consumer.position(each) < end(ends, each))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          if (record.value() == null) {
            newest.remove(ByteBuffer.wrap(record.key()));
          } else {
            read(record, newest);
          }
        }
      }
    }
    newest.values().removeIf(state -> !state.hasModel());
    return newest.values();
  }

  /** One record that cannot be read must not keep every model from being scored with. */
  private static void read(
      ConsumerRecord<byte[], byte[]> record, Map<ByteBuffer, ModelState> newest) {
    try {
      newest.put(ByteBuffer.wrap(record.key()), ModelState.fromJson(record.value()));
    } catch (IOException | IllegalArgumentException malformed) {
      LOGGER.error(
          "model announced at {}/{} is left out: {}",
          record.partition(),
          record.offset(),
          malformed.getMessage());
    }
  }

  private static long end(Map<TopicPartition, Long> ends, TopicPartition partition) {
    return ends.getOrDefault(partition, 0L);
  }
}
