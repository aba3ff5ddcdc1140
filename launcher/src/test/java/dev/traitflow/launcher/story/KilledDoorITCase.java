package dev.traitflow.launcher.story;

import static dev.traitflow.launcher.story.RawCalls.basic;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.launcher.verify.ProcessRunner;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process is killed right after it said 200: what was accepted is there, once. */
class KilledDoorITCase {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
  private static final int EVENTS = 10_000;
  private static final int USERS = 200;
  private static final String KEY = basic("wk-killed:");
  private static final String SPACE =
      """
      id: spa_killed
      name: Killed
      sources: [{name: Web, slug: web, write_key: wk-killed}]
      tokens: [{name: tests, token: tk-killed}]
      traits:
        - {key: n, type: event_counter, event: E}
        - {key: numbers, type: unique_list_count, event: E, property: number}
      """;

  @Test
  @Tag("A-18")
  void aRepeatAfterARestartIsStillARepeat(@TempDir Path directory) throws Exception {
    String call = "{\"userId\":\"u1\",\"event\":\"E\",\"messageId\":\"m-18\",\"timestamp\":\"%s\"}";
    try (Running first = new Running(directory)) {
      first.post("/v1/track", call.formatted("2025-01-01T00:00:00Z"));
      first.flush();
      assertThat(first.trait("u1", "n")).isEqualTo(1);
      first.process.kill();
    }
    try (Running second = new Running(directory)) {
      // Another time, so that nothing but the messageId tells that it is the same.
      second.post("/v1/track", call.formatted("2025-01-02T00:00:00Z"));
      second.post("/v1/track", call.replace("m-18", "m-19").formatted("2025-01-02T00:00:00Z"));
      second.flush();
      assertThat(second.trait("u1", "n")).isEqualTo(2);
      assertThat(second.admin("GET", "/admin/rejected?space=spa_killed").findValuesAsText("code"))
          .containsExactly("duplicate");
      second.process.kill();
    }
  }

  @Test
  @Tag("A-33")
  void everyEventThatWasAcceptedBeforeAKillIsThereOnce(@TempDir Path directory) throws Exception {
    try (Running first = new Running(directory)) {
      for (int from = 0; from < EVENTS; from += 500) {
        String items =
            IntStream.range(from, from + 500)
                .mapToObj(KilledDoorITCase::event)
                .collect(Collectors.joining(","));
        first.post("/v1/batch", "{\"batch\":[" + items + "]}");
      }
      first.process.kill();
    }
    try (Running second = new Running(directory)) {
      second.flush();
      for (int user = 0; user < USERS; user++) {
        assertThat(second.trait("u" + user, "n")).as("u" + user).isEqualTo(EVENTS / USERS);
        assertThat(second.trait("u" + user, "numbers")).isEqualTo(EVENTS / USERS);
      }
      second.process.kill();
    }
  }

  private static String event(int number) {
    return "{\"type\":\"track\",\"event\":\"E\",\"userId\":\"u%d\",\"messageId\":\"k-%d\",\"properties\":{\"number\":\"%d\"}}"
        .formatted(number % USERS, number, number);
  }

  /** The product in a process of its own, on the same data each time. */
  private static final class Running implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ProcessRunner process;
    private final RawCalls raw;
    private final String adminToken;

    Running(Path directory) throws IOException {
      Path space = directory.resolve("space.yaml");
      Files.writeString(space, SPACE);
      Path data = directory.resolve("data");
      process =
          ProcessRunner.start(
              directory,
              "up",
              "--port",
              "0",
              "--data",
              data.toString(),
              "--space",
              space.toString());
      String ready = process.awaitOut(line -> line.startsWith("ready "), START_TIMEOUT);
      raw = new RawCalls(ready.substring("ready ".length()).strip());
      adminToken = "Bearer " + Files.readString(data.resolve("admin-token")).strip();
    }

    void post(String path, String body) {
      HttpResponse<String> answer = raw.post(path, body, "Authorization", KEY);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("{\"success\":true}");
    }

    JsonNode admin(String method, String path) throws IOException {
      HttpResponse<String> answer =
          raw.send(method, path, new byte[0], "Authorization", adminToken);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return JSON.readTree(answer.body());
    }

    void flush() throws IOException {
      admin("POST", "/admin/flush");
    }

    int trait(String user, String key) throws IOException {
      HttpResponse<String> answer =
          raw.send(
              "GET",
              "/v1/spaces/spa_killed/collections/users/profiles/user_id:" + user + "/traits",
              new byte[0],
              "Authorization",
              basic("tk-killed:"));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return JSON.readTree(answer.body()).path("traits").path(key).asInt();
    }

    @Override
    public void close() {
      process.close();
    }
  }
}
