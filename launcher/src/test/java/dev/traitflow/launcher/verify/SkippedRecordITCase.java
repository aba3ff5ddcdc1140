package dev.traitflow.launcher.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.core.space.Topics;
import dev.traitflow.launcher.runtime.EmbeddedBroker;
import dev.traitflow.server.ServerConfig;
import dev.traitflow.server.log.KafkaClients;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that no job can read, put into the log past the server, and an operator's way on. */
class SkippedRecordITCase {
  private static final Duration TIMEOUT = Duration.ofMinutes(4);
  private static final String SPACE =
      """
      id: spa_stuck
      name: Stuck
      sources: [{name: Web, slug: web, write_key: wk-stuck}]
      traits: [{key: n, type: event_counter, event: E}]
      """;

  @TempDir private Path directory = Path.of("");
  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void anOperatorGetsPastRecordsThatTheJobCannotGetOver() throws Exception {
    Files.writeString(directory.resolve("space.yaml"), SPACE);
    long first;
    try (ProcessRunner instance = start()) {
      String url = ready(instance);
      track(url, "m-1");
      flush(url);
      first = appendGarbage();
      track(url, "m-2");
      // The instance runs, and its job fails at the record again and again.
      assertThat(skip(first)).contains("skipped: offset " + first);
      String passed = "offset " + first + ": skipped by an operator";
      assertThat(instance.awaitErr(line -> line.contains(passed), TIMEOUT)).isPresent();
      instance.kill();
    }
    long second;
    try (ProcessRunner instance = start()) {
      String url = ready(instance);
      flush(url);
      assertThat(counts(url).path("accepted/spa_stuck/").asInt()).isEqualTo(2);
      assertThat(counts(url).path("rejected.skipped_by_operator/spa_stuck/").asInt()).isEqualTo(1);
      second = appendGarbage();
      track(url, "m-3");
      instance.kill();
    }
    // The directory is nobody's: the command starts an instance for as long as it takes.
    assertThat(skip(second)).contains("skipped: offset " + second);
    try (ProcessRunner instance = start()) {
      String url = ready(instance);
      flush(url);
      assertThat(counts(url).path("accepted/spa_stuck/").asInt()).isEqualTo(3);
      assertThat(counts(url).path("rejected.skipped_by_operator/spa_stuck/").asInt()).isEqualTo(2);
      JsonNode rejected = send(url, "GET", "/admin/rejected?space=spa_stuck", "").path("data");
      assertThat(rejected.path(0).path("code").asText()).isEqualTo("skipped_by_operator");
      assertThat(rejected.path(0).path("message").asText()).contains("garbage");
      instance.kill();
    }
  }

  private ProcessRunner start() throws IOException {
    return ProcessRunner.start(
        directory, "up", "--port", "0", "--data", "data", "--space", "space.yaml");
  }

  private static String ready(ProcessRunner instance) {
    String line = instance.awaitOut(each -> each.startsWith("ready "), TIMEOUT);
    return line.substring("ready ".length()).strip();
  }

  private String skip(long offset) throws IOException {
    Path out =
        ProcessRunner.run(
            directory,
            TIMEOUT,
            "log",
            "skip",
            "--data",
            "data",
            "--space",
            "spa_stuck",
            "--offset",
            Long.toString(offset),
            "--reason",
            "garbage");
    return Files.readString(out);
  }

  /** Appends bytes that are no record to the space's lane; returns their offset. */
  private long appendGarbage() throws Exception {
    KafkaConnection kafka = EmbeddedBroker.connection(directory.resolve("data/kafka"));
    byte[] garbage = "no record".getBytes(StandardCharsets.UTF_8);
    int lane = Topics.partition("spa_stuck", ServerConfig.LOG_PARTITIONS);
    try (KafkaProducer<byte[], byte[]> producer = KafkaClients.producer(kafka)) {
      return producer
          .send(new ProducerRecord<>(Topics.EVENTS, lane, garbage, garbage))
          .get()
          .offset();
    }
  }

  private void track(String url, String messageId) throws Exception {
    String call =
        "{\"writeKey\":\"wk-stuck\",\"userId\":\"u\",\"event\":\"E\",\"messageId\":\"%s\"}";
    send(url, "POST", "/v1/track", call.formatted(messageId));
  }

  private void flush(String url) throws Exception {
    send(url, "POST", "/admin/flush?timeout=120", "");
  }

  private JsonNode counts(String url) throws Exception {
    return send(url, "GET", "/admin/status", "").path("counts");
  }

  private JsonNode send(String url, String method, String path, String body) throws Exception {
    String token = Files.readString(directory.resolve("data/admin-token")).strip();
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(url + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
    return new ObjectMapper().readTree(answer.body());
  }
}
