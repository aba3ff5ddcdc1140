package dev.traitflow.launcher.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** {@code traitflow up} in {@code DIR/data} with {@code DIR/space.yaml}, asked as its admin. */
final class UpProcess implements AutoCloseable {
  static final Duration TIMEOUT = Duration.ofMinutes(4);

  private final HttpClient http = HttpClient.newHttpClient();
  private final Path directory;
  private final ProcessRunner process;
  private final String url;

  private UpProcess(Path directory, ProcessRunner process) {
    this.directory = directory;
    this.process = process;
    String line = process.awaitOut(each -> each.startsWith("ready "), TIMEOUT);
    url = line.substring("ready ".length()).strip();
  }

  /** Starts one and waits until it serves. */
  static UpProcess start(Path directory) throws IOException {
    return new UpProcess(
        directory,
        ProcessRunner.start(
            directory, "up", "--port", "0", "--data", "data", "--space", "space.yaml"));
  }

  ProcessRunner process() {
    return process;
  }

  /** Waits until it says that it is ready. */
  void awaitReady() throws Exception {
    HttpRequest ready = HttpRequest.newBuilder(URI.create(url + "/ready")).build();
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    HttpResponse<String> answer = http.send(ready, BodyHandlers.ofString());
    while (answer.statusCode() != 200) {
      assertThat(System.nanoTime()).as(answer.body()).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      answer = http.send(ready, BodyHandlers.ofString());
    }
  }

  void flush() throws Exception {
    send("POST", "/admin/flush?timeout=120", "");
  }

  /** Sends a request with the admin token, to which the answer is a success. */
  JsonNode send(String method, String path, String body) throws Exception {
    String token = Files.readString(directory.resolve("data/admin-token")).strip();
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(url + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(path + ": " + answer.body()).isBetween(200, 202);
    return new ObjectMapper().readTree(answer.body());
  }

  /** Ends it as {@code kill -9} does. */
  void kill() {
    process.kill();
  }

  @Override
  public void close() {
    process.close();
  }
}
