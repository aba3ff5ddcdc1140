package dev.traitflow.launcher.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who looks into the log of a healthy instance finds nothing to worry about. */
class QuietLogsITCase {
  private static final Duration TIMEOUT = Duration.ofMinutes(3);
  private static final Pattern ALARM =
      Pattern.compile(" WARN | ERROR |\\tat |Exception|^WARNING|SLF4J");
  private static final String SPACE =
      """
      id: spa_quiet
      name: Quiet
      sources: [{name: Web, slug: web, write_key: web-key}]
      tokens: [{name: t, token: reader}]
      traits: [{key: seen, type: event_counter, event: Seen}]
      predictions: [{key: buys, kind: purchase}]
      """;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Path folder;
  private final Path data;

  QuietLogsITCase(@TempDir Path folder) {
    this.folder = folder;
    data = folder.resolve("data");
  }

  @Test
  void aHealthyInstanceAlarmsNobodyFromItsStartToItsEnd() throws Exception {
    Path space = Files.writeString(folder.resolve("quiet.yaml"), SPACE);
    try (ProcessRunner up = up("--space", space.toString())) {
      String url = ready(up);
      for (int user = 0; user < 20; user++) {
        post(
            url + "/v1/track",
            basic("web-key:"),
            "{\"userId\":\"u" + user + "\",\"event\":\"Seen\"}");
      }
      String admin = "Bearer " + Files.readString(data.resolve("admin-token")).strip();
      post(url + "/admin/flush", admin, "");
      assertThat(command("sql", "-e", "SELECT COUNT(*) AS n FROM events")).contains("20");
      assertThat(command("train")).contains("unknown_event");
      end(up);
    }
    try (ProcessRunner again = up()) {
      ready(again);
      end(again);
    }
    assertThat(alarms()).isEmpty();
  }

  private ProcessRunner up(String... more) throws IOException {
    List<String> line = new ArrayList<>(List.of("up", "--port", "0", "--data", data.toString()));
    line.addAll(List.of(more));
    return ProcessRunner.start(folder, line.toArray(String[]::new));
  }

  private static String ready(ProcessRunner up) {
    return up.awaitOut(line -> line.startsWith("ready "), TIMEOUT).substring(6).strip();
  }

  private static void end(ProcessRunner up) throws IOException {
    up.terminate();
    assertThat(up.awaitEnd(TIMEOUT)).isNotEmpty();
  }

  private String command(String... arguments) throws IOException {
    List<String> line = new ArrayList<>(List.of(arguments));
    line.addAll(List.of("--data", data.toString()));
    return Files.readString(ProcessRunner.run(folder, TIMEOUT, line.toArray(String[]::new)));
  }

  private void post(String url, String authorization, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(TIMEOUT)
            .header("Authorization", authorization)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static String basic(String credentials) {
    return "Basic "
        + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
  }

  /** Lines of the outputs and of the log files of the data directory that alarm their reader. */
  private List<String> alarms() throws IOException {
    List<String> alarms = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(QuietLogsITCase::isLog).toList()) {
        for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
          if (ALARM.matcher(line).find()) {
            alarms.add(folder.relativize(file) + ": " + line);
          }
        }
      }
    }
    return alarms;
  }

  /** Segments of the broker's topics are called logs, too. */
  private static boolean isLog(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".stdout")
        || name.endsWith(".stderr")
        || (name.matches(".*\\.(log|out|err)(\\.[0-9]+)?") && !name.matches("[0-9]{20}\\.log"));
  }
}
