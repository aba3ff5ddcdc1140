package dev.traitflow.launcher.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traitflow.core.space.Topics;
import dev.traitflow.server.log.TopicSetup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerITCase {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void keepsRecordsOfAnyTimeOverARestart(@TempDir Path directory) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      TopicSetup.create(broker.bootstrap(), 1, 2);
      send(broker, "in the year 1997", 852_076_800_000L);
      send(broker, "in the year 2100", 4_102_444_800_000L);
    }
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      TopicSetup.create(broker.bootstrap(), 1, 2);
      send(broker, "after the restart", 1_700_000_000_000L);

      assertThat(read(broker, 3))
          .containsExactly("in the year 1997", "in the year 2100", "after the restart");
    }
  }

  @Test
  void createsNoTopicThatNobodyAskedFor(@TempDir Path directory) {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory);
        KafkaProducer<String, String> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrap(), "max.block.ms", 2_000),
                new StringSerializer(),
                new StringSerializer())) {
      assertThatThrownBy(() -> producer.send(new ProducerRecord<>("misspelt", "x")).get())
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("misspelt");
    }
  }

  @Test
  void closesTwice(@TempDir Path directory) {
    EmbeddedBroker broker = EmbeddedBroker.start(directory);
    broker.close();
    broker.close();
  }

  private static void send(EmbeddedBroker broker, String value, long timestamp) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrap()),
            new StringSerializer(),
            new StringSerializer())) {
      producer.send(new ProducerRecord<>(Topics.EVENTS, 0, timestamp, "space", value)).get();
    }
  }

  private static List<String> read(EmbeddedBroker broker, int count) {
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.bootstrap()),
            new StringDeserializer(),
            new StringDeserializer())) {
      TopicPartition partition = new TopicPartition(Topics.EVENTS, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (values.size() < count && System.nanoTime() < deadline) {
        for (ConsumerRecord<String, String> consumed : consumer.poll(Duration.ofMillis(100))) {
          values.add(consumed.value());
        }
      }
    }
    return values;
  }
}
