package dev.traitflow.launcher.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traitflow.launcher.runtime.Failure;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {
  private static final List<String> LINES =
      IntStream.range(0, 2_500).mapToObj(ReplayTest::line).toList();

  @Test
  void sendsEveryLineOnceAndInOrder(@TempDir Path folder) throws Exception {
    try (RecordingServer server = new RecordingServer()) {
      Replay.Result result = replay(server, write(folder, LINES), Optional.empty());

      assertThat(server.lines()).isEqualTo(LINES);
      assertThat(result.read()).isEqualTo(2_500);
      assertThat(result.totals().accepted()).isEqualTo(2_500);
    }
  }

  @Test
  void goesOnAfterTheLastDurableLine(@TempDir Path folder) throws Exception {
    try (RecordingServer server = new RecordingServer()) {
      server.has(LINES.subList(0, 1_234));

      Replay.Result result = replay(server, write(folder, LINES), Optional.empty());

      assertThat(server.lines()).isEqualTo(LINES);
      assertThat(result.read()).isEqualTo(2_500);
    }
  }

  @Test
  void sendsNoLineTwiceWhenAnAnswerIsLost(@TempDir Path folder) throws Exception {
    try (RecordingServer server = new RecordingServer()) {
      server.loseAnswers(2);

      replay(server, write(folder, LINES), Optional.empty());

      assertThat(server.lines()).isEqualTo(LINES);
    }
  }

  @Test
  void triesAgainWhenTheServerHasNoRoom(@TempDir Path folder) throws Exception {
    try (RecordingServer server = new RecordingServer()) {
      server.refuse(3);

      replay(server, write(folder, LINES), Optional.empty());

      assertThat(server.lines()).isEqualTo(LINES);
    }
  }

  @Test
  void stopsBeforeTheFirstLineAtOrAfterTheInstant(@TempDir Path folder) throws Exception {
    try (RecordingServer server = new RecordingServer()) {
      Instant until = Instant.parse("2025-01-01T00:10:00Z");

      Replay.Result result = replay(server, write(folder, LINES), Optional.of(until));

      assertThat(server.lines()).isEqualTo(LINES.subList(0, 10));
      assertThat(result.read()).isEqualTo(10);
    }
  }

  @Test
  void numbersBlankLinesButDoesNotCountThem(@TempDir Path folder) throws Exception {
    try (RecordingServer server = new RecordingServer()) {
      List<String> lines = List.of("{\"a\":1}", "", "  \t\r", "not json", "{\"b\":2}");

      Replay.Result result = replay(server, write(folder, lines), Optional.empty());

      assertThat(server.lines()).isEqualTo(lines);
      assertThat(result.read()).isEqualTo(3);
      assertThat(result.totals().rejected()).isEqualTo(1);
      assertThat(result.totals().reasons()).containsEntry("bad_json", 1L);
    }
  }

  @Test
  void readsCompressedAndPlainFilesAsTheSameOrigin(@TempDir Path folder) throws Exception {
    Path plain = write(folder, LINES);
    Path compressed = folder.resolve("events.ndjson.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(compressed))) {
      Files.copy(plain, out);
    }
    try (RecordingServer server = new RecordingServer()) {
      replay(server, compressed, Optional.empty());

      assertThat(server.lines()).isEqualTo(LINES);
    }
    assertThat(ReplayFile.of(compressed).origin()).isEqualTo(ReplayFile.of(plain).origin());
  }

  @Test
  void saysWhatIsWrongWhenNobodyAnswers(@TempDir Path folder) throws Exception {
    ReplayServer nobody =
        ReplayServer.ofKey(URI.create("http://127.0.0.1:1"), "key", Optional.empty());
    Replay replay =
        new Replay(
            nobody,
            ReplayFile.of(write(folder, LINES)),
            "event",
            Optional.empty(),
            (bytes, lines) -> {});

    assertThatThrownBy(replay::run)
        .isInstanceOf(Failure.class)
        .hasMessageContaining("http://127.0.0.1:1: cannot be reached");
  }

  private static Replay.Result replay(RecordingServer server, Path file, Optional<Instant> until) {
    ReplayServer client = ReplayServer.ofKey(server.url(), "key", Optional.empty());
    return new Replay(client, ReplayFile.of(file), "event", until, (bytes, lines) -> {}).run();
  }

  private static String line(int number) {
    Instant at = Instant.parse("2025-01-01T00:00:00Z").plusSeconds(60L * number);
    return "{\"type\":\"track\",\"context\":{\"n\":[%d]},\"timestamp\":\"%s\"}"
        .formatted(number, at);
  }

  /** The last line has no line end: it counts all the same. */
  private static Path write(Path folder, List<String> lines) throws IOException {
    return Files.writeString(
        folder.resolve("events.ndjson"), String.join("\n", lines), StandardCharsets.UTF_8);
  }
}
