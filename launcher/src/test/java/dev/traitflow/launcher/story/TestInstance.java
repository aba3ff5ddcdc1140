package dev.traitflow.launcher.story;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.launcher.runtime.EmbeddedBroker;
import dev.traitflow.launcher.runtime.InstanceFile;
import dev.traitflow.launcher.verify.ProcessRunner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One instance in test mode, in a process of its own, shared by all stories of a test run: each has
 * a space to itself. Its clock belongs to all of them and goes forward only, so that a story counts
 * from the {@link #now} it begins at.
 */
public final class TestInstance {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START_TIMEOUT = Duration.ofMinutes(10);
  private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(2);
  private static @Nullable TestInstance shared;

  private final HttpClient http = HttpClient.newHttpClient();
  private final String url;
  private final String adminToken;
  private final Path data;
  private final ProcessRunner process;

  /**
   * An answer.
   *
   * @param status the HTTP status
   * @param text the body
   * @param headers its headers
   */
  public record Answer(int status, String text, Map<String, List<String>> headers) {
    /** The first value of a header, empty if there is none. */
    public String header(String name) {
      for (Map.Entry<String, List<String>> header : headers.entrySet()) {
        if (header.getKey().equalsIgnoreCase(name)) {
          return header.getValue().get(0);
        }
      }
      return "";
    }

    /** The body as JSON. */
    public JsonNode json() {
      try {
        return JSON.readTree(text);
      } catch (IOException e) {
        throw new UncheckedIOException("got status " + status + " and no JSON: " + text, e);
      }
    }

    /** The body, if the status is that. */
    public JsonNode expect(int wanted) {
      if (status != wanted) {
        throw new AssertionError("got status " + status + " (expected " + wanted + "): " + text);
      }
      return json();
    }
  }

  private TestInstance(String url, String adminToken, Path data, ProcessRunner process) {
    this.process = process;
    this.url = url;
    this.adminToken = adminToken;
    this.data = data;
  }

  /**
   * The instance, started when it is first asked for and ended with this JVM. If it has ended by
   * itself, the test that was running says so, and those that ask later get a fresh one.
   */
  public static synchronized TestInstance shared() {
    TestInstance known = shared;
    if (known == null || known.process.ending().isPresent()) {
      known = start();
      shared = known;
    }
    return known;
  }

  private static TestInstance start() {
    try {
      Path directory = Files.createTempDirectory("traitflow-story");
      Path data = directory.resolve("data");
      ProcessRunner process =
          ProcessRunner.start(
              directory, "up", "--test-mode", "--port", "0", "--data", data.toString());
      Runtime.getRuntime().addShutdownHook(new Thread(process::close, "end-instance"));
      String ready = process.awaitOut(line -> line.startsWith("ready "), START_TIMEOUT);
      String token = Files.readString(data.resolve("admin-token")).strip();
      TestInstance instance =
          new TestInstance(ready.substring("ready ".length()).strip(), token, data, process);
      instance.clock("now", "2025-03-01T00:00:00Z");
      return instance;
    } catch (IOException e) {
      throw new UncheckedIOException("the instance could not be started", e);
    }
  }

  /**
   * Runs a command of the command line against the instance to its successful end.
   *
   * @param directory where its output is kept
   * @return what it printed on stdout
   */
  public String command(Path directory, String... arguments) {
    List<String> line = new ArrayList<>(List.of(arguments));
    line.addAll(List.of("--connect", url, "--data", data.toString()));
    try {
      return Files.readString(
          ProcessRunner.run(directory, ANSWER_TIMEOUT, line.toArray(String[]::new)));
    } catch (IOException e) {
      throw new UncheckedIOException(String.join(" ", arguments) + ": could not be run", e);
    }
  }

  /** A request to {@code /admin} or {@code /config}. */
  public Answer admin(String method, String path, @Nullable JsonNode body) {
    return send(method, path, "Bearer " + adminToken, body == null ? "" : body.toString());
  }

  /** The lines of an answer that does not end, as they come; to be closed. */
  public Stream<String> live(String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Authorization", "Bearer " + adminToken)
            .header("Accept", "text/event-stream")
            .build();
    try {
      HttpResponse<Stream<String>> response =
          http.send(request, HttpResponse.BodyHandlers.ofLines());
      if (response.statusCode() != 200) {
        throw new AssertionError(path + ": got status " + response.statusCode());
      }
      return response.body();
    } catch (IOException e) {
      throw noAnswer(path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(path + ": interrupted", e);
    }
  }

  /** A request with a user name and no password: a write key or a token of the Profile API. */
  public Answer basic(String method, String path, String user, String body) {
    String pair = Base64.getEncoder().encodeToString((user + ":").getBytes(StandardCharsets.UTF_8));
    return send(method, path, "Basic " + pair, body);
  }

  /** Where it listens: scheme, host and port. */
  public String url() {
    return url;
  }

  /** Gives another data directory the admin token of this one. */
  public void shareAdminToken(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("admin-token"), adminToken + "\n");
  }

  /** Its process. */
  public long pid() {
    return InstanceFile.running(data).orElseThrow().pid();
  }

  /** Its data directory. */
  public Path data() {
    return data;
  }

  /** What clients of its broker connect with. */
  public KafkaConnection kafka() {
    return EmbeddedBroker.connection(data.resolve("kafka"));
  }

  /** The file with the same, for commands. */
  public Path kafkaProperties() {
    return data.resolve("kafka/client.properties");
  }

  /** Another instance with a data directory of its own, which takes the same admin token. */
  public TestInstance other(String otherUrl, Path otherData, ProcessRunner otherProcess) {
    return new TestInstance(otherUrl, adminToken, otherData, otherProcess);
  }

  /** Another server at an address, which takes the same admin token. */
  public TestInstance other(String otherUrl, ProcessRunner otherProcess) {
    return other(otherUrl, data, otherProcess);
  }

  /** Returns when everything accepted so far is reflected everywhere. */
  public void flush() {
    admin("POST", "/admin/flush", null).expect(200);
  }

  /** What time it is for the instance. */
  public Instant now() {
    JsonNode status = admin("GET", "/admin/status", null).expect(200);
    return Instant.parse(status.path("clock").path("now").asText());
  }

  /** Moves the clock to an instant, and returns when what time alone changes is reflected. */
  public void moveTo(Instant instant) {
    clock("now", instant.toString());
    flush();
  }

  private void clock(String field, String value) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put(field, value);
    admin("POST", "/admin/clock", body).expect(200);
  }

  /** What to say of a request that got no answer: first of all, whether anybody is there. */
  private AssertionError noAnswer(String request, IOException cause) {
    return new AssertionError(
        request + ": no answer" + process.ending().map(end -> ": " + end).orElse(""), cause);
  }

  private Answer send(String method, String path, String authorization, String body) {
    HttpRequest request = request(method, path, authorization, body);
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      return answer(response);
    } catch (IOException e) {
      throw noAnswer(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(method + " " + path + ": interrupted", e);
    }
  }

  /** The same request many times at once, as with {@link #basic}. */
  public List<Answer> basicAtOnce(String path, String user, int times) {
    String pair = Base64.getEncoder().encodeToString((user + ":").getBytes(StandardCharsets.UTF_8));
    HttpRequest request = request("GET", path, "Basic " + pair, "");
    List<CompletableFuture<HttpResponse<String>>> sent = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      sent.add(http.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
    }
    return sent.stream().map(CompletableFuture::join).map(TestInstance::answer).toList();
  }

  /**
   * A request whose address goes out byte for byte, also one that no HTTP library would send.
   *
   * @param path in Latin-1: each character is a byte
   */
  public Answer raw(String method, String path, String user) {
    String pair = Base64.getEncoder().encodeToString((user + ":").getBytes(StandardCharsets.UTF_8));
    String head =
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic "
            + pair
            + "\r\nConnection: close\r\n\r\n";
    URI base = URI.create(url);
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      socket.setSoTimeout((int) ANSWER_TIMEOUT.toMillis());
      socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int end = answer.indexOf("\r\n\r\n");
      return new Answer(
          Integer.parseInt(answer.substring(9, 12)), answer.substring(end + 4), Map.of());
    } catch (IOException e) {
      throw noAnswer(method + " " + path, e);
    }
  }

  private HttpRequest request(String method, String path, String authorization, String body) {
    return HttpRequest.newBuilder(URI.create(url + path))
        .timeout(ANSWER_TIMEOUT)
        .header("Authorization", authorization)
        .header("Content-Type", "application/json")
        .method(method, HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private static Answer answer(HttpResponse<String> response) {
    return new Answer(response.statusCode(), response.body(), response.headers().map());
  }
}
