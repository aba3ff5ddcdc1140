package dev.traitflow.launcher.story;

import static dev.traitflow.launcher.story.RawCalls.basic;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.launcher.verify.ProcessRunner;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An instance on the machine's clock that is not in use: time goes on in it all the same. */
class RestITCase {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START_TIMEOUT = Duration.ofMinutes(3);

  /** More than the ten seconds after which an unused log is at rest. */
  private static final Duration LEFT = Duration.ofSeconds(14);

  /** A second for the change, half of one for its delivery, and a busy machine. */
  private static final Duration SEEN_WITHIN = Duration.ofSeconds(3);

  private static final String SPACE =
      """
      id: spa_rest
      name: Rest
      sources: [{name: Web, slug: web, write_key: wk-rest}]
      tokens: [{name: tests, token: tk-rest}]
      traits:
        - {key: logins, type: event_counter, event: Login, window: {within: 1 h}}
      audiences:
        - key: active
          root: {all: [{trait: logins, op: greater_than, value: 0}]}
          destinations: [CRM]
      destinations:
        - {name: CRM, kind: capture, enabled: true}
      """;

  @Test
  void theEndOfAWindowShowsAtItsInstantWhileNothingArrives(@TempDir Path directory)
      throws Exception {
    Path space = Files.writeString(directory.resolve("space.yaml"), SPACE);
    Path data = directory.resolve("data");
    try (ProcessRunner process =
        ProcessRunner.start(
            directory,
            "up",
            "--port",
            "0",
            "--data",
            data.toString(),
            "--space",
            space.toString())) {
      String ready = process.awaitOut(line -> line.startsWith("ready "), START_TIMEOUT);
      RawCalls raw = new RawCalls(ready.substring("ready ".length()).strip());
      String admin = "Bearer " + Files.readString(data.resolve("admin-token")).strip();
      String id = get(raw, "/config/spaces/spa_rest/destinations", admin).findValue("id").asText();
      Instant due = Instant.now().plus(LEFT);
      String call =
          "{\"userId\":\"u1\",\"event\":\"Login\",\"timestamp\":\"%s\"}"
              .formatted(due.minus(Duration.ofHours(1)));
      assertThat(raw.post("/v1/track", call, "Authorization", basic("wk-rest:")).statusCode())
          .isEqualTo(200);

      // Read by the administrator: a read of a profile would have time go on faster.
      Instant deadline = due.plus(START_TIMEOUT);
      JsonNode calls = get(raw, "/admin/capture/" + id, admin);
      while (!calls.toString().contains("\"active\":false") && Instant.now().isBefore(deadline)) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        calls = get(raw, "/admin/capture/" + id, admin);
      }
      assertThat(calls.toString()).contains("\"active\":true").contains("\"active\":false");
      JsonNode all = calls.path("data");
      Instant left = Instant.parse(all.get(all.size() - 1).path("at").asText());
      assertThat(left).isBetween(due, due.plus(SEEN_WITHIN));
    }
  }

  private static JsonNode get(RawCalls raw, String path, String admin) throws Exception {
    HttpResponse<String> answer = raw.send("GET", path, new byte[0], "Authorization", admin);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }
}
