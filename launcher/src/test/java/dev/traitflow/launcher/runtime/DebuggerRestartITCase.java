package dev.traitflow.launcher.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.server.TraitflowServer;
import dev.traitflow.server.config.SpaceFiles;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The debugger over a restart of the server and in a flood; no jobs are needed for it. */
class DebuggerRestartITCase {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String SPACE =
      "{id: spa, name: Shop, sources: [{name: Web, slug: web, write_key: k},"
          + " {name: Quiet, slug: quiet, write_key: q}]}";

  private final HttpClient http = HttpClient.newHttpClient();
  private final Path data;

  DebuggerRestartITCase(@TempDir Path data) {
    this.data = data;
  }

  @Test
  void aRestartShowsTheNewestCallsAgainAndCursorsGoOn() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(data.resolve("kafka"))) {
      String cursor;
      try (TraitflowServer server = ServerAlone.start(broker, data)) {
        server.spaces().apply(SpaceFiles.parse("shop.yaml", SPACE, name -> null));
        append(server, "quiet", 0, 1);
        append(server, "web", 0, 600);
        JsonNode before = await(server, "web", "Event 599");
        cursor = before.path("cursor").asText();
        append(server, "web", 600, 603);
      }
      try (TraitflowServer server = ServerAlone.start(broker, data)) {
        JsonNode after = await(server, "web", "Event 602");
        assertThat(names(after))
            .isEqualTo(IntStream.range(0, 500).mapToObj(i -> "Event " + (602 - i)).toList());
        assertThat(names(get(server, "web", "?after=" + cursor)))
            .containsExactly("Event 602", "Event 601", "Event 600");
        assertThat(names(await(server, "quiet", "Event 0"))).containsExactly("Event 0");
      }
    }
  }

  @Test
  void aFloodEndsWithTheNewestCallsAndWhatWasPassedOverIsCounted() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(data.resolve("kafka"));
        TraitflowServer server = ServerAlone.start(broker, data)) {
      server.spaces().apply(SpaceFiles.parse("shop.yaml", SPACE, name -> null));
      append(server, "web", 0, 1);
      await(server, "web", "Event 0");
      append(server, "web", 1, 150_000);
      JsonNode answer = await(server, "web", "Event 149999");
      assertThat(names(answer))
          .isEqualTo(IntStream.range(0, 500).mapToObj(i -> "Event " + (149_999 - i)).toList());
      assertThat(answer.path("skipped_records").asLong()).isBetween(0L, 150_100L);
    }
  }

  private static void append(TraitflowServer server, String source, int from, int to) {
    List<CompletableFuture<?>> appended = new ArrayList<>();
    for (int i = from; i < to; i++) {
      byte[] body =
          ("{\"userId\":\"u\",\"event\":\"Event " + i + "\"}").getBytes(StandardCharsets.UTF_8);
      LogRecord call = LogRecord.call("spa", 0, source, source + i, "track", body);
      appended.add(server.log().append(call));
    }
    CompletableFuture.allOf(appended.toArray(CompletableFuture<?>[]::new)).join();
  }

  private JsonNode await(TraitflowServer server, String source, String newest) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      JsonNode answer = get(server, source, "");
      if (names(answer).stream().limit(1).toList().equals(List.of(newest))) {
        return answer;
      }
      assertThat(System.nanoTime()).as("%s: %s", newest, answer).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  private JsonNode get(TraitflowServer server, String source, String query) throws Exception {
    String token = Files.readString(data.resolve("admin-token")).strip();
    String url = "http://127.0.0.1:" + server.port() + "/config/sources/" + source + "/debugger";
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + query))
            .header("Authorization", "Bearer " + token)
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new ObjectMapper().readTree(answer.body());
  }

  private static List<String> names(JsonNode answer) {
    List<String> names = new ArrayList<>();
    answer.path("events").forEach(event -> names.add(event.path("name").asText()));
    return names;
  }
}
