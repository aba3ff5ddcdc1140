package dev.traitflow.launcher.runtime;

import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;

/** The broker as versions before the credentials ran it in the same directory. */
final class PlainBroker implements AutoCloseable {
  private final KafkaRaftServer server;
  private final Map<String, Object> settings;

  PlainBroker(Path directory) throws Exception {
    int port = freePort();
    int controller = freePort();
    settings = Map.of("bootstrap.servers", "127.0.0.1:" + port);
    new Formatter()
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setClusterId(Uuid.randomUuid().toString())
        .setNodeId(1)
        .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
        .setControllerListenerName("CONTROLLER")
        .addDirectory(directory.toString())
        .setMetadataLogDirectory(directory.toString())
        .run();
    Properties all = new Properties();
    all.put("process.roles", "broker,controller");
    all.put("node.id", "1");
    all.put("listeners", "BROKER://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controller);
    all.put("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
    all.put("inter.broker.listener.name", "BROKER");
    all.put("controller.listener.names", "CONTROLLER");
    all.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
    all.put("log.dirs", directory.toString());
    all.put("offsets.topic.replication.factor", "1");
    all.put("log.message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));
    all.put("log.retention.ms", "-1");
    server = new KafkaRaftServer(KafkaConfig.fromProps(all, /* doLog= */ false), Time.SYSTEM);
    server.startup();
  }

  /** What a client needs: no more than the address. */
  Map<String, Object> settings() {
    return settings;
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
