package dev.traitflow.bench.load;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.SplittableRandom;

/** Makes the requests of a run: the number of a request decides what it is. */
interface Requests {

  /** The bytes of a request. */
  ByteBuffer request(long number);

  /**
   * What a run asks for by {@code kind}:
   *
   * <ul>
   *   <li>{@code track}: one event a request; {@code batch}: {@code events} of them. Both take
   *       {@code writeKey}, {@code users} and a {@code prefix} that makes messageIds unique
   *   <li>{@code read}: all traits of one of {@code profiles} users; takes {@code space} and {@code
   *       token}
   * </ul>
   */
  static Requests of(JsonNode run) {
    String kind = run.path("kind").asText();
    return switch (kind) {
      case "track" -> tracks(run);
      case "batch" -> batches(run);
      case "read" -> reads(run);
      default ->
          throw new IllegalArgumentException(
              "kind: got " + kind + " (expected track, batch or read)");
    };
  }

  private static Requests tracks(JsonNode run) {
    String writeKey = run.path("writeKey").asText();
    Events events = new Events(run);
    return number -> {
      StringBuilder body = new StringBuilder(512);
      events.write(body, number, "");
      return LoadGenerator.http("POST", "/v1/track", writeKey, body.toString());
    };
  }

  private static Requests batches(JsonNode run) {
    String writeKey = run.path("writeKey").asText();
    int size = run.path("events").asInt();
    Events events = new Events(run);
    return number -> {
      StringBuilder body = new StringBuilder(size * 400).append("{\"batch\":[");
      for (int i = 0; i < size; i++) {
        body.append(i == 0 ? "" : ",");
        events.write(body, number * size + i, "\"type\":\"track\",");
      }
      body.append("],\"sentAt\":\"").append(events.now).append("\"}");
      return LoadGenerator.http("POST", "/v1/batch", writeKey, body.toString());
    };
  }

  private static Requests reads(JsonNode run) {
    String token = run.path("token").asText();
    String before =
        "/v1/spaces/" + run.path("space").asText() + "/collections/users/profiles/user_id:u";
    int profiles = run.path("profiles").asInt();
    SplittableRandom random = new SplittableRandom(run.path("seed").asLong());
    return number ->
        LoadGenerator.http(
            "GET", before + random.nextInt(profiles) + "/traits?limit=200", token, "");
  }

  /** Track calls of a shop, some 400 bytes each as browsers and servers send them. */
  final class Events {
    private final String prefix;
    private final int users;
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    Events(JsonNode run) {
      prefix = run.path("prefix").asText();
      users = run.path("users").asInt();
    }

    /** Appends event {@code number} as JSON, with these members first. */
    void write(StringBuilder out, long number, String first) {
      long mixed = (number * 0x9E3779B97F4A7C15L) >>> 33;
      out.append('{').append(first);
      out.append("\"userId\":\"buyer-").append(mixed % users);
      out.append("\",\"event\":\"").append(mixed % 10 == 0 ? "Order Completed" : "Product Viewed");
      out.append("\",\"messageId\":\"").append(prefix).append('-').append(number);
      out.append("\",\"timestamp\":\"").append(now);
      out.append("\",\"properties\":{\"sku\":\"sku-");
      out.append(mixed % 997).append("\",\"revenue\":").append(mixed % 9_900 / 100.0);
      out.append(",\"currency\":\"EUR\",\"category\":\"category-").append(mixed % 13);
      out.append("\"},\"context\":{\"library\":{\"name\":\"bench\",\"version\":\"1.0.0\"},");
      out.append("\"page\":{\"path\":\"/products/sku-").append(mixed % 997);
      out.append("\",\"title\":\"A product\"},\"locale\":\"en-GB\"}}");
    }
  }
}
