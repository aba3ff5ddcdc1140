package dev.traitflow.launcher.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.launcher.runtime.EmbeddedBroker;
import dev.traitflow.server.ServerConfig;
import dev.traitflow.server.log.KafkaClients;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that no job can read, put into the log past the server, and an operator's way on. */
class SkippedRecordITCase {
  private static final String SPACE =
      """
      id: spa_stuck
      name: Stuck
      sources: [{name: Web, slug: web, write_key: wk-stuck}]
      traits: [{key: n, type: event_counter, event: E}]
      """;

  @TempDir private Path directory = Path.of("");

  @Test
  void anOperatorGetsPastRecordsThatTheJobCannotGetOver() throws Exception {
    Files.writeString(directory.resolve("space.yaml"), SPACE);
    long first;
    try (UpProcess up = UpProcess.start(directory)) {
      track(up, "m-1");
      up.flush();
      first = appendGarbage();
      track(up, "m-2");
      // The instance runs, and its job fails at the record again and again.
      assertThat(skip(first)).contains("skipped: offset " + first);
      String passed = "offset " + first + ": skipped by an operator";
      assertThat(up.process().awaitErr(line -> line.contains(passed), UpProcess.TIMEOUT))
          .isPresent();
      // The first checkpoint behind the record shows that the job got over it.
      up.awaitReady();
      up.flush();
      up.kill();
    }
    long second;
    try (UpProcess up = UpProcess.start(directory)) {
      up.flush();
      assertThat(counts(up).path("accepted/spa_stuck/").asInt()).isEqualTo(2);
      assertThat(counts(up).path("rejected.skipped_by_operator/spa_stuck/").asInt()).isEqualTo(1);
      second = appendGarbage();
      track(up, "m-3");
      up.kill();
    }
    // The directory is nobody's: the command starts an instance for as long as it takes.
    assertThat(skip(second)).contains("skipped: offset " + second);
    try (UpProcess up = UpProcess.start(directory)) {
      up.flush();
      assertThat(counts(up).path("accepted/spa_stuck/").asInt()).isEqualTo(3);
      assertThat(counts(up).path("rejected.skipped_by_operator/spa_stuck/").asInt()).isEqualTo(2);
      JsonNode rejected = up.send("GET", "/admin/rejected?space=spa_stuck", "").path("data");
      assertThat(rejected.path(0).path("code").asText()).isEqualTo("skipped_by_operator");
      assertThat(rejected.path(0).path("message").asText()).contains("garbage");
      up.kill();
    }
  }

  private String skip(long offset) throws IOException {
    Path out =
        ProcessRunner.run(
            directory,
            UpProcess.TIMEOUT,
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

  private static void track(UpProcess up, String messageId) throws Exception {
    String call =
        "{\"writeKey\":\"wk-stuck\",\"userId\":\"u\",\"event\":\"E\",\"messageId\":\"%s\"}";
    up.send("POST", "/v1/track", call.formatted(messageId));
  }

  private static JsonNode counts(UpProcess up) throws Exception {
    return up.send("GET", "/admin/status", "").path("counts");
  }
}
