package dev.traitflow.launcher.runtime;

import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.server.files.PrivateFiles;
import dev.traitflow.server.log.KafkaPropertiesFile;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.security.plain.PlainLoginModule;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;

/**
 * A real Kafka broker inside this JVM: one KRaft node that is broker and controller, on loopback.
 *
 * <p>It is the same broker a cluster runs, so the jobs and the server have one code path, not two.
 * A record it acknowledged survives {@code kill -9} of the process, for the page cache belongs to
 * the operating system; a loss of power may cost the last seconds.
 *
 * <p>Ports and the secret that every client has to show are chosen at each start; they stand in
 * {@code client.properties} in the directory, which only its owner can read. Loopback is not
 * enough: every user of the machine could read and forge events there. The quorum has one static
 * voter, so the node finds itself again under another port. Its threads are not daemons: without
 * {@link #close()} the JVM does not end.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final String NODE_ID = "1";
  private static final String HOST = "127.0.0.1";

  private static final String MECHANISM = "PLAIN";
  private static final String USER = "traitflow";
  private static final int SECRET_BYTES = 32;

  /** As many as can work at once beside Flink and the server. */
  private static final int IO_THREADS =
      Math.max(2, Math.min(4, Runtime.getRuntime().availableProcessors()));

  private final KafkaRaftServer server;
  private final Path directory;
  private final KafkaConnection connection;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedBroker(KafkaRaftServer server, Path directory, KafkaConnection connection) {
    this.server = server;
    this.directory = directory;
    this.connection = connection;
  }

  /**
   * Starts a broker whose log lies in {@code directory}, which is made and formatted if it is
   * empty. Takes some seconds and returns when the broker serves.
   *
   * @throws Failure if the directory cannot be used
   */
  public static EmbeddedBroker start(Path directory) {
    Path absolute = directory.toAbsolutePath().normalize();
    try {
      PrivateFiles.createDirectories(absolute);
      PrivateFiles.restrict(absolute);
    } catch (IOException e) {
      throw new Failure("broker directory " + absolute + ": cannot be made: " + e.getMessage(), e);
    }
    int[] ports = freePorts(2);
    String secret = secret();
    KafkaConnection connection = connection(HOST + ":" + ports[0], secret);
    format(absolute);
    Properties configuration = configuration(absolute, ports[0], ports[1]);
    configuration.putAll(authentication(secret));
    KafkaConfig config = KafkaConfig.fromProps(configuration, /* doLog= */ false);
    KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
    EmbeddedBroker broker = new EmbeddedBroker(server, absolute, connection);
    try {
      server.startup();
    } catch (RuntimeException e) {
      broker.close();
      throw new Failure("broker in " + absolute + ": did not start: " + e.getMessage(), e);
    }
    try {
      KafkaPropertiesFile.write(clientFile(absolute), connection);
    } catch (IOException e) {
      broker.close();
      throw new Failure("broker in " + absolute + ": its credentials cannot be kept: " + e, e);
    }
    return broker;
  }

  /** What clients connect with. */
  public KafkaConnection connection() {
    return connection;
  }

  /**
   * What clients of the broker that another process runs in this directory connect with.
   *
   * @throws Failure if no broker left it there
   */
  public static KafkaConnection connection(Path directory) {
    return connection(clientFile(directory), Optional.empty());
  }

  /**
   * What a file of client settings says to connect with.
   *
   * @param bootstrap addresses that win over the file's
   * @throws Failure if the file cannot be read, or neither names an address
   */
  public static KafkaConnection connection(Path file, Optional<String> bootstrap) {
    try {
      return KafkaPropertiesFile.read(file, bootstrap);
    } catch (IOException e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
  }

  /** Stops the broker and its threads. A second call does nothing. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      server.shutdown();
      server.awaitShutdown();
      forget(clientFile(directory));
    }
  }

  private static void format(Path directory) {
    if (Files.exists(directory.resolve("meta.properties"))) {
      return;
    }
    Formatter formatter =
        new Formatter()
            .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false))
            .setClusterId(Uuid.randomUuid().toString())
            .setNodeId(Integer.parseInt(NODE_ID))
            .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
            .setControllerListenerName("CONTROLLER")
            .addDirectory(directory.toString())
            .setMetadataLogDirectory(directory.toString());
    try {
      formatter.run();
    } catch (Exception e) { // the formatter declares nothing narrower
      throw new Failure(
          "broker directory " + directory + ": cannot be formatted: " + e.getMessage(), e);
    }
  }

  private static Path clientFile(Path directory) {
    return directory.resolve("client.properties");
  }

  /** The file is of no use any more: the next start makes another port and another secret. */
  private static void forget(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new Failure(file + ": cannot be deleted: " + e.getMessage(), e);
    }
  }

  private static String secret() {
    byte[] random = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  private static KafkaConnection connection(String bootstrap, String secret) {
    return new KafkaConnection(
        bootstrap,
        Map.of(
            "security.protocol",
            "SASL_PLAINTEXT",
            "sasl.mechanism",
            MECHANISM,
            "sasl.jaas.config",
            login(secret) + ";"));
  }

  private static String login(String secret) {
    return PlainLoginModule.class.getName()
        + " required username=\""
        + USER
        + "\" password=\""
        + secret
        + "\"";
  }

  /** Everybody has to know the secret: clients, the broker as a client of itself, the quorum. */
  private static Map<String, String> authentication(String secret) {
    Map<String, String> all = new HashMap<>();
    all.put("listener.security.protocol.map", "BROKER:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT");
    all.put("sasl.enabled.mechanisms", MECHANISM);
    all.put("sasl.mechanism.inter.broker.protocol", MECHANISM);
    all.put("sasl.mechanism.controller.protocol", MECHANISM);
    for (String listener : List.of("broker", "controller")) {
      all.put(
          "listener.name." + listener + ".plain.sasl.jaas.config",
          login(secret) + " user_" + USER + "=\"" + secret + "\";");
    }
    return all;
  }

  private static Properties configuration(Path directory, int brokerPort, int controllerPort) {
    Properties all = new Properties();
    all.put("process.roles", "broker,controller");
    all.put("node.id", NODE_ID);
    all.put(
        "listeners", listener("BROKER", brokerPort) + "," + listener("CONTROLLER", controllerPort));
    all.put("advertised.listeners", listener("BROKER", brokerPort));
    all.put("inter.broker.listener.name", "BROKER");
    all.put("controller.listener.names", "CONTROLLER");
    all.put("controller.quorum.voters", NODE_ID + "@" + HOST + ":" + controllerPort);
    all.put("log.dirs", directory.toString());
    all.put("auto.create.topics.enable", "false");

    for (String internal :
        List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
      all.put(internal + ".replication.factor", "1");
      all.put(internal + ".num.partitions", "2");
    }
    all.put("transaction.state.log.min.isr", "1");
    all.put("share.coordinator.state.topic.min.isr", "1");
    all.put("group.initial.rebalance.delay.ms", "0");

    // Events carry their own time, which may be decades old or, under a test clock, to come.
    all.put("log.retention.ms", "-1");
    all.put("log.retention.bytes", "-1");
    all.put("log.message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));
    all.put("message.max.bytes", Integer.toString(Topics.REQUEST_BYTES_MAX));
    all.put("replica.fetch.max.bytes", Integer.toString(Topics.REQUEST_BYTES_MAX));

    // One process shares its memory and its processors with Flink and the server.
    all.put("num.network.threads", "2");
    // Each looks for requests three times a second, whether there are any or not.
    all.put("num.io.threads", Integer.toString(IO_THREADS));
    all.put("background.threads", "2");
    all.put("num.recovery.threads.per.data.dir", "2");
    all.put("log.cleaner.dedupe.buffer.size", Integer.toString(8 << 20));
    all.put("log.cleaner.io.buffer.size", Integer.toString(256 << 10));
    // Small segments: what is compacted is never compacted in its newest segment.
    all.put("log.segment.bytes", Integer.toString(64 << 20));
    all.put("metric.reporters", "");
    // Signs of life between the parts of one process: a record of the controller twice a second,
    // which is turned off, and a heartbeat of the broker, which the session of 9 s lets be rarer.
    all.put("metadata.max.idle.interval.ms", "0");
    all.put("broker.heartbeat.interval.ms", "4000");
    return all;
  }

  private static String listener(String name, int port) {
    return name + "://" + HOST + ":" + port;
  }

  /**
   * Ports that were free a moment ago, all different because all are held until the last is found.
   */
  private static int[] freePorts(int count) {
    List<ServerSocket> held = new ArrayList<>();
    int[] ports = new int[count];
    try {
      for (int i = 0; i < count; i++) {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        held.add(socket);
        ports[i] = socket.getLocalPort();
      }
      for (ServerSocket socket : held) {
        socket.close();
      }
      return ports;
    } catch (IOException e) {
      throw new Failure("broker: no free port on " + HOST + ": " + e.getMessage(), e);
    }
  }
}
