package dev.traitflow.launcher.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.server.log.TopicSetup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerITCase {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void keepsRecordsOfAnyTimeOverARestart(@TempDir Path directory) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      TopicSetup.create(broker.connection(), 1, 2);
      send(broker, "in the year 1997", 852_076_800_000L);
      send(broker, "in the year 2100", 4_102_444_800_000L);
    }
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      TopicSetup.create(broker.connection(), 1, 2);
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
                settings(broker.connection(), "max.block.ms", 2_000),
                new StringSerializer(),
                new StringSerializer())) {
      assertThatThrownBy(() -> producer.send(new ProducerRecord<>("misspelt", "x")).get())
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("misspelt");
    }
  }

  @Test
  void goesOnWithADirectoryThatWasMadeWithoutCredentials(@TempDir Path directory) throws Exception {
    try (PlainBroker broker = new PlainBroker(directory);
        Admin admin = Admin.create(broker.settings());
        KafkaProducer<String, String> producer =
            new KafkaProducer<>(
                broker.settings(), new StringSerializer(), new StringSerializer())) {
      admin.createTopics(List.of(new NewTopic(Topics.EVENTS, 1, (short) 1))).all().get();
      producer.send(new ProducerRecord<>(Topics.EVENTS, 0, "space", "written before")).get();
    }
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      assertThat(read(broker, 1)).containsExactly("written before");
    }
  }

  @Test
  void answersOnlyClientsThatShowTheSecretOfTheDirectory(@TempDir Path directory) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      KafkaConnection known = EmbeddedBroker.connection(directory);
      assertThat(known).isEqualTo(broker.connection());
      assertThat(listTopics(known)).isEmpty();

      Map<String, String> guessed = new HashMap<>(known.properties());
      guessed.computeIfPresent(
          "sasl.jaas.config",
          (key, login) -> login.replaceAll("password=\"[^\"]*", "password=\"x"));
      assertThatThrownBy(() -> listTopics(new KafkaConnection(known.bootstrap(), guessed)))
          .hasRootCauseInstanceOf(SaslAuthenticationException.class);
      assertThatThrownBy(() -> listTopics(KafkaConnection.plain(known.bootstrap())))
          .hasRootCauseInstanceOf(TimeoutException.class);
      Path file = directory.resolve("client.properties");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
    assertThatThrownBy(() -> EmbeddedBroker.connection(directory)).isInstanceOf(Failure.class);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void theQuorumsListenerIsAsClosedAsTheOther(@TempDir Path directory) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      String client = broker.connection().bootstrap();
      List<String> others =
          TcpListeners.of(ProcessHandle.current().pid()).stream()
              .map(port -> "127.0.0.1:" + port.getPort())
              .filter(port -> !port.equals(client))
              .toList();
      assertThat(others).hasSize(1);
      Map<String, Object> stranger = new HashMap<>();
      stranger.put("bootstrap.controllers", others.get(0));
      stranger.put("default.api.timeout.ms", 3_000);
      stranger.put("request.timeout.ms", 2_000);
      try (Admin admin = Admin.create(stranger)) {
        assertThatThrownBy(() -> admin.describeMetadataQuorum().quorumInfo().get())
            .hasRootCauseInstanceOf(TimeoutException.class);
      }
      stranger.putAll(broker.connection().properties());
      try (Admin admin = Admin.create(stranger)) {
        assertThat(admin.describeMetadataQuorum().quorumInfo().get().leaderId()).isEqualTo(1);
      }
    }
  }

  private static Set<String> listTopics(KafkaConnection kafka) throws Exception {
    Map<String, Object> impatient = settings(kafka, "default.api.timeout.ms", 3_000);
    impatient.put("request.timeout.ms", 2_000);
    try (Admin admin = Admin.create(impatient)) {
      return admin.listTopics().names().get();
    }
  }

  private static Map<String, Object> settings(KafkaConnection kafka, String name, Object value) {
    Map<String, Object> settings = kafka.settings();
    settings.put(name, value);
    return settings;
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
            broker.connection().settings(), new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>(Topics.EVENTS, 0, timestamp, "space", value)).get();
    }
  }

  private static List<String> read(EmbeddedBroker broker, int count) {
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            broker.connection().settings(), new StringDeserializer(), new StringDeserializer())) {
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
