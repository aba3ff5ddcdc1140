package dev.traitflow.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.server.log.ClockKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayApiTest {
  private static final String CHUNK =
      """
      {"type":"track","event":"A","userId":"u1","timestamp":"2020-01-01T00:00:00Z"}

      not json
      {"type":"track","event":"A","userId":"u1","timestamp":"2020-01-03T00:00:00Z"}\r
      {"type":"track","event":"A","userId":"u1","timestamp":"2020-01-02T00:00:00Z"}""";

  private final Path directory;

  ReplayApiTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void appendsEachLineWithItsNumberAndMovesTheEventClock() throws Exception {
    try (RunningServer server = new RunningServer(directory, ClockKind.EVENT)) {
      HttpResponse<String> answer =
          server.post("/v1/replay?origin=abc&first=11&clock=event", "web-key", CHUNK);

      assertThat(answer.body()).isEqualTo("{\"lines\":4,\"now\":\"2020-01-03T00:00:00.000Z\"}");
      assertThat(server.calls()).extracting(LogRecord::number).containsExactly(11L, 13L, 14L, 15L);
      assertThat(server.calls())
          .extracting(LogRecord::messageId)
          .containsExactly("abc-11", "abc-13", "abc-14", "abc-15");
      assertThat(server.calls().get(2).body()).endsWith((byte) '}');
      assertThat(server.log.ticks()).isEqualTo(1);
      assertThat(server.get("/v1/replay?origin=abc", "web-key").body())
          .isEqualTo("{\"last\":15,\"space\":\"spa\"}");
      assertThat(server.get("/v1/replay?origin=other", "web-key").body())
          .isEqualTo("{\"last\":0,\"space\":\"spa\"}");
    }
  }

  @Test
  void isNotMovedByEventsThatAreToCome() throws Exception {
    String line = "{\"type\":\"track\",\"userId\":\"u\",\"event\":\"E\",";
    try (RunningServer server = new RunningServer(directory, ClockKind.EVENT)) {
      HttpResponse<String> answer =
          server.post(
              "/v1/replay?origin=abc&first=1&clock=event",
              "web-key",
              line
                  + "\"timestamp\":\"2020-01-01\"}\n"
                  + line
                  + "\"timestamp\":\"9999-01-01\"}\n"
                  + line
                  + "\"timestamp\":\"2019-01-01\",\"sentAt\":\"0001-01-01T00:00:00Z\","
                  + "\"receivedAt\":\"2019-01-02\"}\n");

      assertThat(answer.body()).isEqualTo("{\"lines\":3,\"now\":\"2020-01-01T00:00:00.000Z\"}");
    }
  }

  @Test
  void cutsALineThatIsFarTooLongButKeepsItTooLong() throws Exception {
    try (RunningServer server = new RunningServer(directory, ClockKind.EVENT)) {
      server.post("/v1/replay?origin=abc&first=1", "web-key", "x".repeat(1_000_001) + "\n{}");

      assertThat(server.calls().get(0).body()).hasSize(33 * 1024);
      assertThat(server.calls()).hasSize(2);
    }
  }

  @Test
  void refusesToTakeAWallClockBackToTheTimeOfAFile() throws Exception {
    try (RunningServer server = new RunningServer(directory, ClockKind.WALL)) {
      assertThat(server.post("/v1/replay?origin=a&clock=event", "web-key", CHUNK).statusCode())
          .isEqualTo(409);
      assertThat(server.calls()).isEmpty();
      assertThat(server.post("/v1/replay?origin=a&clock=wall", "web-key", CHUNK).statusCode())
          .isEqualTo(200);
      assertThat(server.clock.now()).isEqualTo(RunningServer.WALL);
    }
  }

  @Test
  void waitsForAReplayToBeReflected() throws Exception {
    try (RunningServer server = new RunningServer(directory, ClockKind.EVENT)) {
      assertThat(server.post("/v1/replay/flush?timeout=1", "", "").statusCode()).isEqualTo(401);
      assertThat(server.post("/v1/replay/flush?timeout=1", "web-key", "").statusCode())
          .isEqualTo(504);
    }
  }

  @Test
  void wantsAWriteKeyAndAnOrigin() throws Exception {
    try (RunningServer server = new RunningServer(directory, ClockKind.EVENT)) {
      assertThat(server.post("/v1/replay?origin=a", "", CHUNK).statusCode()).isEqualTo(401);
      assertThat(server.post("/v1/replay", "web-key", CHUNK).statusCode()).isEqualTo(400);
    }
  }

  @Test
  void theKeyOfAWebsiteCanNeitherRewriteHistoryNorMoveTheClock() throws Exception {
    String definition =
        """
        id: spa
        name: Shop
        sources:
          - {name: Backend, slug: backend, kind: server, write_key: server-key}
          - {name: Site, slug: site, kind: website, write_key: site-key}
          - {name: App, slug: app, kind: mobile, write_key: app-key}
          - {name: Crm, slug: crm, kind: crm, write_key: crm-key}
        """;
    try (RunningServer server = new RunningServer(directory, ClockKind.EVENT, definition)) {
      for (String key : List.of("site-key", "app-key")) {
        HttpResponse<String> answer = server.post("/v1/replay?origin=abc&clock=event", key, CHUNK);
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("admin token");
        assertThat(server.get("/v1/replay?origin=abc", key).statusCode()).isEqualTo(403);
        assertThat(server.post("/v1/replay/flush?timeout=1", key, "").statusCode()).isEqualTo(403);
      }
      server.post(
          "/v1/track",
          "site-key",
          "{\"event\":\"A\",\"userId\":\"u\",\"timestamp\":\"2023-01-01T00:00:00Z\"}");
      assertThat(server.clock.now()).isZero();
      assertThat(server.calls()).hasSize(1);

      for (String key : List.of("server-key", "crm-key")) {
        assertThat(server.post("/v1/replay?origin=" + key, key, CHUNK).statusCode()).isEqualTo(200);
      }
      assertThat(server.clock.now()).isPositive();
    }
  }

  @Test
  void theOperatorReplaysForAnySource() throws Exception {
    try (RunningServer server = new RunningServer(directory, ClockKind.EVENT)) {
      for (String source :
          List.of("&source=web", "&source=web&space=spa", "&source=web&space=shop")) {
        assertThat(server.admin("POST", "/v1/replay?origin=a" + source, "{}").statusCode())
            .isEqualTo(200);
      }
      assertThat(
              server
                  .send(
                      server
                          .request("/v1/replay?origin=a", "")
                          .header("Authorization", "Bearer adm")
                          .header("X-Traitflow-Write-Key", "old-key")
                          .POST(HttpRequest.BodyPublishers.ofString("{}")))
                  .statusCode())
          .isEqualTo(200);
      assertThat(server.calls())
          .extracting(LogRecord::source)
          .containsExactly("web", "web", "web", "old");
      assertThat(server.admin("POST", "/v1/replay?origin=a", "{}").statusCode()).isEqualTo(400);
      assertThat(server.admin("POST", "/v1/replay?origin=a&source=none", "{}").statusCode())
          .isEqualTo(404);
      assertThat(
              server.admin("POST", "/v1/replay?origin=a&source=web&space=spb", "{}").statusCode())
          .isEqualTo(404);
    }
  }

  @Test
  void aFewKilobytesCannotBecomeMillionsOfRecords() throws Exception {
    try (RunningServer server = new RunningServer(directory, ClockKind.EVENT)) {
      byte[] bomb = gzip("{\n", 32 << 20);
      assertThat(bomb.length).isLessThan(70_000);
      long start = System.nanoTime();
      HttpResponse<String> answer =
          server.send(
              server
                  .request("/v1/replay?origin=bomb&first=1", "web-key")
                  .header("Content-Encoding", "gzip")
                  .POST(HttpRequest.BodyPublishers.ofByteArray(bomb)));

      assertThat(answer.statusCode()).isEqualTo(413);
      assertThat(answer.body()).contains("100000 lines");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      assertThat(server.calls()).isEmpty();
      byte[] wide = gzip("x".repeat(1 << 20), 65);
      assertThat(
              server
                  .send(
                      server
                          .request("/v1/replay?origin=bomb&first=1", "web-key")
                          .header("Content-Encoding", "gzip")
                          .POST(HttpRequest.BodyPublishers.ofByteArray(wide)))
                  .statusCode())
          .isEqualTo(400);
      assertThat(server.calls()).isEmpty();
    }
  }

  @Test
  void linesThatCannotBeKeptAreSentAgainLater() throws Exception {
    try (RunningServer server = new RunningServer(directory, ClockKind.EVENT)) {
      server.log.fail();
      HttpResponse<String> answer = server.post("/v1/replay?origin=a", "web-key", CHUNK);

      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }
  }

  private static byte[] gzip(String part, int times) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes, 1 << 16)) {
      byte[] block = part.repeat(Math.min(times, 1 << 10)).getBytes(StandardCharsets.US_ASCII);
      for (int done = 0; done < times; done += 1 << 10) {
        gzip.write(block);
      }
    }
    return bytes.toByteArray();
  }
}
