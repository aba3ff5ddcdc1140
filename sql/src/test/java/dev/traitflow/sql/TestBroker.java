package dev.traitflow.sql;

import dev.traitflow.core.topic.Topics;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.jspecify.annotations.Nullable;

/** A real Kafka broker inside the test's JVM, with every topic of {@link Topics}. */
final class TestBroker implements AutoCloseable {
  static final int PARTITIONS = 2;

  private final KafkaRaftServer server;
  private final String bootstrapServers;
  private final KafkaProducer<byte[], byte[]> producer;

  private TestBroker(KafkaRaftServer server, String bootstrapServers) {
    this.server = server;
    this.bootstrapServers = bootstrapServers;
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 1),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Formats {@code directory} and starts a broker in it. */
  static TestBroker start(Path directory) throws Exception {
    int port = freePort();
    int controllerPort = freePort();
    Map<String, String> properties = new HashMap<>();
    properties.put("node.id", "1");
    properties.put("process.roles", "broker,controller");
    properties.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    properties.put("controller.listener.names", "CONTROLLER");
    properties.put(
        "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
    properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    properties.put("log.dirs", directory.toString());
    properties.put("offsets.topic.replication.factor", "1");
    properties.put("offsets.topic.num.partitions", "1");
    properties.put("log.cleaner.enable", "false");
    new Formatter()
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
        .setClusterId(Uuid.randomUuid().toString())
        .setNodeId(1)
        .setControllerListenerName("CONTROLLER")
        .setMetadataLogDirectory(directory.toString())
        .setDirectories(List.of(directory.toString()))
        .run();
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
    server.startup();
    String bootstrapServers = "127.0.0.1:" + port;
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin
          .createTopics(
              Topics.ALL.stream()
                  .map(topic -> new NewTopic(topic.name(), PARTITIONS, (short) 1))
                  .toList())
          .all()
          .get();
      awaitLeaders(admin);
    }
    return new TestBroker(server, bootstrapServers);
  }

  /**
   * A topic is made before its leader serves it. A producer that hits this gap may have its second
   * batch stored first, and its first one refused for ever (out of order sequence). Only the leader
   * answers for offsets, so the gap is over when all have answered.
   */
  private static void awaitLeaders(Admin admin) throws Exception {
    Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
    for (Topics.Spec topic : Topics.ALL) {
      for (int partition = 0; partition < PARTITIONS; partition++) {
        partitions.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest());
      }
    }
    admin.listOffsets(partitions).all().get();
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  /** Appends a record to the partition of {@code profile}. */
  void send(String topic, String profile, byte[] key, byte @Nullable [] value) {
    int partition = Topics.partition(profile, PARTITIONS);
    var unused = producer.send(new ProducerRecord<>(topic, partition, key, value));
  }

  /** Returns when everything sent is stored. */
  void flush() {
    producer.flush();
  }

  @Override
  public void close() {
    producer.close();
    server.shutdown();
    server.awaitShutdown();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
