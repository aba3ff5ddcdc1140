package dev.traitflow.launcher.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.launcher.runtime.Failure;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The three requests a replay makes of a server: how far are you, take these lines, tell me when
 * all is reflected.
 */
public final class ReplayServer {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(2);

  /** A flush waits for the whole file to pass through the jobs. */
  private static final Duration FLUSH_TIMEOUT = Duration.ofHours(12);

  private static final String AUTHORIZATION = "Authorization";
  private static final BodyPublisher NOTHING = BodyPublishers.noBody();

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();
  private final ObjectMapper json = new ObjectMapper();
  private final URI base;
  private final Map<String, String> credentials;
  private final String source;

  private ReplayServer(URI base, Map<String, String> credentials, String source) {
    this.base = base;
    this.credentials = Map.copyOf(credentials);
    this.source = source;
  }

  /**
   * Sends for the source of a write key. The key alone will do if it is not a website's or an
   * app's, which everybody has.
   *
   * @param base address of the server, for example {@code http://127.0.0.1:8080}
   * @param writeKey of the source the calls come from
   * @param token the administrator's, if it is known
   */
  public static ReplayServer ofKey(URI base, String writeKey, Optional<String> token) {
    String basic =
        Base64.getEncoder().encodeToString((writeKey + ":").getBytes(StandardCharsets.UTF_8));
    Map<String, String> credentials =
        token.isPresent()
            ? Map.of(AUTHORIZATION, "Bearer " + token.get(), "X-Traitflow-Write-Key", writeKey)
            : Map.of(AUTHORIZATION, "Basic " + basic);
    return new ReplayServer(base, credentials, "");
  }

  /**
   * Sends for a source that the administrator names.
   *
   * @param space the id of its space
   * @param source its slug
   */
  public static ReplayServer ofSource(URI base, String space, String source, String token) {
    return new ReplayServer(
        base,
        Map.of(AUTHORIZATION, "Bearer " + token),
        "&space=" + encoded(space) + "&source=" + encoded(source));
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  /**
   * How far a file came.
   *
   * @param space the id of the space that it goes into
   * @param lastLine number of its last line that is durable in the log, 0 if none is
   */
  record Position(String space, long lastLine) {}

  /**
   * Asks how far this file came.
   *
   * @throws Failure if the server cannot be reached or refuses
   */
  Position position(String origin) {
    try {
      JsonNode answer =
          tree(exchange("GET", "/v1/replay?origin=" + origin + source, NOTHING, REQUEST_TIMEOUT));
      return new Position(answer.path("space").asText(), answer.path("last").asLong());
    } catch (Unavailable e) {
      throw e.asFailure();
    }
  }

  /** Appends lines to the log; they are durable when this returns. */
  void send(String origin, Chunk chunk, String clock) throws Unavailable {
    String target =
        "/v1/replay?origin=" + origin + "&first=" + chunk.firstLine() + "&clock=" + clock + source;
    exchange("POST", target, BodyPublishers.ofByteArray(chunk.bytes()), REQUEST_TIMEOUT);
  }

  /**
   * Waits until everything that is in the log is reflected, and says what became of the file in
   * this space.
   */
  ReplayTotals flush(String space, String origin) {
    try {
      String target = "/v1/replay/flush?origin=" + origin + "&timeout=" + FLUSH_TIMEOUT.toSeconds();
      String answer = exchange("POST", target, NOTHING, FLUSH_TIMEOUT.plus(REQUEST_TIMEOUT));
      return ReplayTotals.of(tree(answer).path("counts"), space, origin);
    } catch (Unavailable e) {
      throw e.asFailure();
    }
  }

  private JsonNode tree(String body) {
    try {
      return json.readTree(body);
    } catch (JsonProcessingException e) {
      throw new Failure(base + "/v1/replay: got " + body + " (expected JSON)", e);
    }
  }

  private String exchange(String method, String target, BodyPublisher body, Duration timeout)
      throws Unavailable {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(base.resolve(target))
            .method(method, body)
            .header("Content-Type", "application/x-ndjson")
            .timeout(timeout);
    credentials.forEach(builder::header);
    HttpRequest request = builder.build();
    HttpResponse<String> response;
    try {
      response = http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new Unavailable(base + ": cannot be reached: " + e, Optional.empty());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure(base + ": interrupted during a request", e);
    }
    int status = response.statusCode();
    String what = method + " " + base + target + ": got HTTP " + status + " " + response.body();
    if (status == 429 || status == 502 || status == 503 || status == 504) {
      throw new Unavailable(what, retryAfter(response));
    }
    if (status >= 300) {
      throw new Failure(
          refusal(response).orElse(what.strip() + " (expected 200)") + advice(status));
    }
    return response.body();
  }

  /** The sentence a server refuses with; empty if something else answered. */
  private Optional<String> refusal(HttpResponse<String> response) {
    try {
      JsonNode message = json.readTree(response.body()).at("/error/message");
      return message.isTextual()
          ? Optional.of(base + ": " + message.textValue())
          : Optional.empty();
    } catch (JsonProcessingException noSentence) {
      return Optional.empty();
    }
  }

  private static String advice(int status) {
    return switch (status) {
      case 403 -> " (set TRAITFLOW_ADMIN_TOKEN, or name the directory with --data)";
      case 409 -> " (--clock wall takes the file as history and leaves the clock as it is)";
      default -> "";
    };
  }

  private static Optional<Duration> retryAfter(HttpResponse<?> response) {
    OptionalLong seconds = response.headers().firstValueAsLong("Retry-After");
    return seconds.isPresent()
        ? Optional.of(Duration.ofSeconds(seconds.getAsLong()))
        : Optional.empty();
  }

  /** The server did not answer, or said that it has no room: to be asked again. */
  static final class Unavailable extends Exception {
    private final transient Optional<Duration> pause;

    Unavailable(String message, Optional<Duration> pause) {
      super(message);
      this.pause = pause;
    }

    Failure asFailure() {
      return new Failure(String.valueOf(getMessage()), this);
    }

    /** How long the server asked to be left alone, if it said. */
    Optional<Duration> pause() {
      return pause;
    }
  }
}
