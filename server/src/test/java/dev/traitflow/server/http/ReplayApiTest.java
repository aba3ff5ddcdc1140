package dev.traitflow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.server.log.ClockKind;
import java.net.http.HttpResponse;
import java.nio.file.Path;
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
      assertThat(server.get("/v1/replay?origin=abc", "web-key").body()).isEqualTo("{\"last\":15}");
      assertThat(server.get("/v1/replay?origin=other", "web-key").body()).isEqualTo("{\"last\":0}");
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
}
