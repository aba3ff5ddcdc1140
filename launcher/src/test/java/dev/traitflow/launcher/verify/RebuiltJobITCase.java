package dev.traitflow.launcher.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that has lost its checkpoints begins with the log, and comes to the same. */
class RebuiltJobITCase {
  private static final String SPACE =
      """
      id: spa_again
      name: Again
      sources: [{name: Web, slug: web, write_key: wk-again}]
      traits:
        - {key: stays, type: event_counter, event: E}
        - {key: goes, type: event_counter, event: E}
        - {key: rests, type: event_counter, event: E}
      """;

  @TempDir private Path directory = Path.of("");

  @Test
  void valuesOfDeletedAndDisabledTraitsAreTheSame() throws Exception {
    Files.writeString(directory.resolve("space.yaml"), SPACE);
    JsonNode before;
    try (UpProcess up = UpProcess.start(directory)) {
      for (int i = 0; i < 6; i++) {
        track(up, "m-" + i, "a" + i % 2);
      }
      up.send("DELETE", "/config/spaces/spa_again/traits/goes", "");
      up.send("POST", "/config/spaces/spa_again/traits/rests/disable", "");
      track(up, "m-6", "a0");
      up.send(
          "POST",
          "/config/spaces/spa_again/merges",
          "{\"identifiers\":[\"anonymous_id:a0\",\"anonymous_id:a1\"]}");
      track(up, "m-7", "a1");
      up.flush();
      before = traits(up);
      up.kill();
    }
    assertThat(before.toString()).isEqualTo("{\"goes\":3,\"rests\":3,\"stays\":8}");
    delete(directory.resolve("data/flink"));
    // A file that still names the trait would bring it back.
    Files.writeString(directory.resolve("space.yaml"), SPACE.replaceFirst(".*key: goes.*", ""));
    try (UpProcess up = UpProcess.start(directory)) {
      up.flush();
      assertThat(traits(up)).isEqualTo(before);
      up.kill();
    }
  }

  private static void track(UpProcess up, String messageId, String anonymousId) throws Exception {
    String call =
        "{\"writeKey\":\"wk-again\",\"anonymousId\":\"%s\",\"event\":\"E\",\"messageId\":\"%s\"}";
    up.send("POST", "/v1/track", call.formatted(anonymousId, messageId));
  }

  /** The traits of the one profile there is. */
  private static JsonNode traits(UpProcess up) throws Exception {
    return up.send("GET", "/admin/export?space=spa_again&collection=users", "").path("traits");
  }

  private static void delete(Path folder) throws Exception {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
