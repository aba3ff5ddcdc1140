package dev.traitflow.bench.load;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.launcher.Main;
import dev.traitflow.server.log.KafkaClients;
import dev.traitflow.server.log.KafkaPropertiesFile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * The product in a process of its own, as {@code traitflow up} runs it: broker, jobs and server, on
 * a free port, with one space of a shop.
 */
public final class Product implements AutoCloseable {
  /** The space. */
  public static final String SPACE_ID = "spa_load";

  /** Its source's write key. */
  public static final String WRITE_KEY = "wk-load";

  /** Its token. */
  public static final String TOKEN = "tk-load";

  private static final String SPACE =
      """
      id: spa_load
      name: Load
      environment: dev
      sources:
        - {name: Web, slug: web, write_key: wk-load}
      tokens:
        - {name: bench, token: tk-load}
      traits:
        - {key: probes, type: event_counter, event: Probe}
        - {key: views, type: event_counter, event: Product Viewed}
        - {key: views_7d, type: event_counter, event: Product Viewed, window: {within: 7 d}}
        - {key: orders, type: event_counter, event: Order Completed}
        - {key: spent, type: aggregation, aggregation: sum, event: Order Completed, property: revenue}
        - {key: dearest, type: aggregation, aggregation: max, event: Order Completed, property: revenue}
        - {key: favourite, type: most_frequent, event: Product Viewed, property: category}
        - {key: latest, type: last, event: Product Viewed, property: sku}
      """;

  /** More options for its JVM, as for a recording: separated by blanks. */
  private static final String OPTIONS = "TRAITFLOW_BENCH_JAVA_OPTS";

  private static final Duration FLUSH_TIMEOUT = Duration.ofMinutes(10);

  private final HttpClient http = HttpClient.newHttpClient();
  private final Jvm jvm;
  private final Path data;
  private final URI url;

  private Product(Jvm jvm, Path data, URI url) {
    this.jvm = jvm;
    this.data = data;
    this.url = url;
  }

  /**
   * Starts it on a data directory.
   *
   * @param withJobs false to leave the Flink jobs out: calls are taken and kept, nothing computed
   */
  public static Product start(Path folder, Path data, boolean withJobs) throws IOException {
    Files.createDirectories(folder);
    Path space = folder.resolve("load.yaml");
    Files.writeString(space, SPACE);
    Jvm jvm =
        launch(
            folder,
            List.of("-Dtraitflow.jobs=" + withJobs),
            "up",
            "--port",
            "0",
            "--data",
            data.toString(),
            "--space",
            space.toString());
    return new Product(jvm, data, URI.create(jvm.await("ready ")));
  }

  /** Runs a command of the product in a process of its own, as its script does. */
  public static Jvm launch(Path folder, String... command) throws IOException {
    return launch(folder, List.of(), command);
  }

  private static Jvm launch(Path folder, List<String> properties, String... command)
      throws IOException {
    List<String> options = new ArrayList<>();
    options.addAll(List.of("-XX:+UseParallelGC", "-XX:MaxRAMPercentage=40", "-Xshare:auto"));
    options.add("-XX:PerfDataSamplingInterval=1000");
    options.add("-Djava.util.logging.manager=org.apache.logging.log4j.jul.LogManager");
    options.addAll(properties);
    String more = System.getenv(OPTIONS);
    if (more != null && !more.isBlank()) {
      options.addAll(List.of(more.strip().split(" +")));
    }
    return Jvm.start(folder, options, Main.class.getName(), command);
  }

  /** The port of its HTTP server. */
  public int port() {
    return url.getPort();
  }

  /** Its process. */
  public Jvm jvm() {
    return jvm;
  }

  /** Waits until everything accepted is reflected; returns how many seconds that took. */
  public double flush() throws IOException, InterruptedException {
    long began = System.nanoTime();
    String token = Files.readString(data.resolve("admin-token")).strip();
    HttpRequest request =
        HttpRequest.newBuilder(url.resolve("/admin/flush?timeout=600"))
            .timeout(FLUSH_TIMEOUT)
            .header("Authorization", "Bearer " + token)
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException("flush: got " + answer.statusCode() + " " + answer.body());
    }
    return (System.nanoTime() - began) / 1e9;
  }

  /** How many calls lie in the log, read from its beginning. */
  public long calls() throws IOException {
    KafkaConnection kafka =
        KafkaPropertiesFile.read(data.resolve("kafka/client.properties"), Optional.empty());
    long calls = 0;
    try (KafkaConsumer<byte[], byte[]> consumer = KafkaClients.consumer(kafka)) {
      List<TopicPartition> places = new ArrayList<>();
      for (PartitionInfo partition : consumer.partitionsFor(Topics.EVENTS)) {
        places.add(new TopicPartition(Topics.EVENTS, partition.partition()));
      }
      consumer.assign(places);
      consumer.seekToBeginning(places);
      Map<TopicPartition, Long> ends = consumer.endOffsets(places);
      while (places.stream()
          .anyMatch(place -> consumer.position(place) < ends.getOrDefault(place, 0L))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          if (LogRecord.CODEC.decode(record.value()).kind() == LogRecord.Kind.CALL) {
            calls++;
          }
        }
      }
    }
    return calls;
  }

  @Override
  public void close() {
    jvm.close();
  }
}
