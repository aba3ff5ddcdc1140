package dev.traitflow.jobs.ingest;

import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.core.topic.SkippedRecord;
import dev.traitflow.core.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads them from their topic to its end; a cluster whose topics are older has none. */
public final class KafkaLogSkips implements LogSkips {
  private static final long serialVersionUID = 1;
  private static final Duration PATIENCE = Duration.ofMillis(200);

  private final KafkaConnection kafka;

  /** Reads from these brokers. */
  public KafkaLogSkips(KafkaConnection kafka) {
    this.kafka = kafka;
  }

  @Override
  public Collection<SkippedRecord> current() {
    Map<String, Object> settings = kafka.settings();
    settings.put("enable.auto.commit", "false");
    settings.put("fetch.max.wait.ms", "10"); // It reads up to an end: nothing comes behind it.
    settings.put("allow.auto.create.topics", "false");
    List<SkippedRecord> skips = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topics.SKIPPED).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream()
          .anyMatch(each -> consumer.position(each) < ends.getOrDefault(each, 0L))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(PATIENCE)) {
          if (record.value() != null) {
            skips.add(SkippedRecord.CODEC.decode(record.value()));
          }
        }
      }
    }
    return skips;
  }
}
