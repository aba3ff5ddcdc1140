package dev.traitflow.launcher.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** One data directory of the product, filled by replays and held against the oracle. */
final class ProvenReplay {
  private static final Duration REPLAY_TIMEOUT = Duration.ofMinutes(15);
  private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
  private static final Duration EXPORT_TIMEOUT = Duration.ofMinutes(3);

  private final Path folder;
  private final DataSet data;

  /**
   * A directory that is empty yet.
   *
   * @param folder where the data and the outputs of the processes are put
   */
  ProvenReplay(Path folder, DataSet data) {
    this.folder = folder;
    this.data = data;
  }

  /** Replays the file to its end and returns the line of totals. */
  String replay() throws IOException {
    Path out = ProcessRunner.run(folder, REPLAY_TIMEOUT, replayArguments());
    try (var lines = Files.lines(out)) {
      return lines.filter(line -> line.startsWith("read ")).findFirst().orElse("no totals");
    }
  }

  /** Replays until a line of progress passes {@code percent}, then ends the process by force. */
  void replayAndKillAt(int percent) throws IOException {
    try (ProcessRunner replay = ProcessRunner.start(folder, replayArguments())) {
      assertThat(replay.awaitErr(line -> percent(line) >= percent, REPLAY_TIMEOUT))
          .as("progress of %d %% before the end", percent)
          .isPresent();
      replay.kill();
    }
  }

  /** Starts the product on the data, waits until it serves and ends it by force. */
  void startAndKill() throws IOException {
    try (ProcessRunner up = ProcessRunner.start(folder, "up", "--port", "0", "--data", "data")) {
      up.awaitOut(line -> line.startsWith("ready "), START_TIMEOUT);
      up.kill();
    }
  }

  /**
   * Exports all profiles and holds each trait of each user and account against the oracle's for
   * these calls.
   */
  void assertEqualTo(NaiveCalls.Reading calls) throws IOException, SQLException {
    NaiveSpace space = NaiveSpace.read(data.space());
    Path export = ProcessRunner.run(folder, EXPORT_TIMEOUT, "profile", "export", "--data", "data");
    Predicate<String> scored =
        key ->
            space.audiences().contains(key)
                || space.predictions().stream().anyMatch(key::startsWith);
    List<NaiveProfile> expected = NaiveProfiles.compute(space, calls);
    ExportComparison.Report report = ExportComparison.compare(expected, export, scored);
    System.out.printf("%s: %s%n", data.calls().getFileName(), report);
    assertThat(report.differences()).as(report.toString()).isZero();
    assertThat(report.profiles()).isEqualTo(expected.size()).isPositive();
    assertThat(report.values()).isGreaterThan(report.profiles());
  }

  private String[] replayArguments() {
    return new String[] {
      "replay",
      data.calls().toAbsolutePath().toString(),
      "--space",
      data.space().toAbsolutePath().toString(),
      "--data",
      "data"
    };
  }

  /** The percentage in a line of progress; -1 for other lines. */
  private static int percent(String line) {
    int sign = line.indexOf('%');
    int start = sign;
    while (start > 0 && Character.isDigit(line.charAt(start - 1))) {
      start--;
    }
    boolean progress = line.contains("replay [") && start >= 0 && start < sign;
    return progress ? Integer.parseInt(line.substring(start, sign)) : -1;
  }
}
