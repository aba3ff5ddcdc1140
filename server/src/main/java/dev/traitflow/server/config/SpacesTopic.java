package dev.traitflow.server.config;

import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.server.log.KafkaClients;
import dev.traitflow.server.log.TopicLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/**
 * The topic {@code spaces}: key is the space's id, value its definition. The ledger of slots and
 * versions travels in a header of the same record, so that both always fit together.
 */
final class SpacesTopic implements SpaceStorage {
  private static final String LEDGER = "ledger";
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final KafkaConnection kafka;
  private final TopicLayout layout;

  SpacesTopic(KafkaConnection kafka, TopicLayout layout) {
    this.kafka = kafka;
    this.layout = layout;
  }

  @Override
  public List<Stored> load() {
    List<TopicPartition> all =
        IntStream.range(0, layout.profilePartitions())
            .mapToObj(partition -> new TopicPartition(Topics.SPACES, partition))
            .toList();
    Map<String, Stored> newest = new LinkedHashMap<>();
    try (KafkaConsumer<byte[], byte[]> consumer = KafkaClients.consumer(kafka)) {
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      while (all.stream()
          .anyMatch(place -> consumer.position(place) < ends.getOrDefault(place, 0L))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(PATIENCE)) {
          String id = new String(record.key(), StandardCharsets.UTF_8);
          Header ledger = record.headers().lastHeader(LEDGER);
          if (record.value() == null || ledger == null) {
            newest.remove(id);
          } else {
            newest.put(id, new Stored(id, record.value(), ledger.value()));
          }
        }
      }
    }
    return List.copyOf(newest.values());
  }

  @Override
  public void store(Stored stored) {
    int partition = Topics.partition(stored.id(), layout.profilePartitions());
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            Topics.SPACES,
            partition,
            stored.id().getBytes(StandardCharsets.UTF_8),
            stored.definition());
    record.headers().add(LEDGER, stored.ledger());
    // A definition changes a few times a day: a producer kept open for it would idle.
    try (KafkaProducer<byte[], byte[]> producer = KafkaClients.producer(kafka)) {
      producer.send(record).get();
    } catch (ExecutionException failure) {
      throw new IllegalStateException(
          "space " + stored.id() + ": its definition could not be kept", failure.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(
          "space " + stored.id() + ": interrupted before its definition was kept", interrupted);
    }
  }
}
