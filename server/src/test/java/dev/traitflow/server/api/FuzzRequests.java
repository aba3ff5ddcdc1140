package dev.traitflow.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Makes requests that are nearly right: request n is a function of seed and n. */
final class FuzzRequests {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> SINGLES =
      List.of(
          "identify", "i", "track", "t", "page", "p", "screen", "s", "group", "g", "alias", "a");
  private static final List<String> BATCHES = List.of("batch", "b", "import");
  private static final List<String> IDS =
      List.of(
          "u1",
          "a+b",
          "a:b",
          "100%",
          "a/b",
          "\u00fc\u4e2d\ud83d\ude00",
          "",
          " ",
          "a%2Fb",
          "..",
          "%",
          "%zz",
          "%ff",
          "%00",
          "user_id:u1",
          "'\"<>",
          "x".repeat(3_000),
          "\\u0000");
  private static final List<String> VALUES =
      List.of(
          "null",
          "1",
          "-0.0",
          "1e999999999",
          "true",
          "[]",
          "{}",
          "\"\"",
          "\"x\"",
          "[[[]]]",
          "\"\\ud800\"",
          "\"2025-01-01T00:00:00Z\"",
          "12345678901234567890",
          "\"\\u0000\"",
          "{\"a\":{\"b\":[1,{\"c\":null}]}}");

  /**
   * One request.
   *
   * @param bytes as they go over the wire
   * @param events how many events it brings if it is answered 200, when it has a known source
   * @param isHttp false if it is not even HTTP, and the connection may just be closed
   */
  record Request(byte[] bytes, int events, boolean isHttp, String shown) {
    boolean isPost() {
      return bytes[0] == 'P' && bytes[1] == 'O';
    }
  }

  private final Random random;

  private FuzzRequests(long seed, long number) {
    random = new Random(seed * 1_000_003 + number);
    random.nextInt();
  }

  static Request of(long seed, long number) {
    return new FuzzRequests(seed, number).make();
  }

  private Request make() {
    return switch (random.nextInt(10)) {
      case 0, 1, 2 -> call("/v1/" + one(SINGLES), single(), false);
      case 3, 4, 5 -> call("/v1/" + one(BATCHES), batch(), true);
      case 6 -> get(pixel());
      case 7, 8 -> get(profile());
      default -> odd();
    };
  }

  private Request call(String path, String json, boolean isBatch) {
    byte[] body = mutated(json.getBytes(StandardCharsets.UTF_8));
    byte[] sent = body;
    StringBuilder headers = new StringBuilder();
    boolean gzip = random.nextInt(4) == 0;
    if (gzip) {
      sent = random.nextInt(5) == 0 ? mutated(gzip(body)) : gzip(body);
      headers.append("Content-Encoding: ").append(one(List.of("gzip", "GZIP"))).append("\r\n");
    } else if (random.nextInt(30) == 0) {
      headers.append("Content-Encoding: ").append(one(List.of("br", "gzip", "x"))).append("\r\n");
    }
    authorization(headers);
    oddHeaders(headers);
    String route =
        path + one(List.of("", "", "", "/", "?strict=1", "?strict=0", "?%zz", "?a&b=%41"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (random.nextInt(6) == 0) {
      headers.append("Transfer-Encoding: chunked\r\n");
      write(out, "POST " + route + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
      for (int at = 0; at < sent.length; ) {
        int size = Math.min(1 + random.nextInt(5_000), sent.length - at);
        write(out, Integer.toHexString(size) + "\r\n");
        out.write(sent, at, size);
        write(out, "\r\n");
        at += size;
      }
      write(out, "0\r\n\r\n");
    } else {
      headers.append("Content-Length: ").append(sent.length).append("\r\n");
      write(out, "POST " + route + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
      out.writeBytes(sent);
    }
    int events = isBatch ? batchSize(body) : 1;
    return new Request(out.toByteArray(), events, true, route + " " + headers + shown(body));
  }

  private Request get(String path) {
    StringBuilder headers = new StringBuilder();
    if (!path.startsWith("/v1/pixel")) {
      authorization(headers);
    }
    oddHeaders(headers);
    String text = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
    int events = path.startsWith("/v1/pixel") ? 1 : 0;
    return new Request(text.getBytes(StandardCharsets.UTF_8), events, isHttp(path), path);
  }

  /** Routes that are none, methods that are none, and things that are no HTTP. */
  private Request odd() {
    String text =
        switch (random.nextInt(7)) {
          case 0 -> one(List.of("PUT", "DELETE", "PATCH", "FOO")) + " /v1/track HTTP/1.1\r\n";
          case 1 -> "POST /v1/" + escaped(one(IDS)) + " HTTP/1.1\r\n";
          case 2 -> "OPTIONS /v1/t HTTP/1.1\r\nAccess-Control-Request-Headers: a;\"b\r\n";
          case 3 -> "GET /v1/projects/" + escaped(one(IDS)) + "/settings HTTP/1.1\r\n";
          case 4 -> "GET /" + escaped(one(IDS)) + "?" + one(IDS).strip() + " HTTP/1.1\r\n";
          case 5 -> "\u0000\u0001 nonsense " + random.nextLong() + "\r\n";
          default -> "POST /v1/m HTTP/1.1\r\n" + ("X-" + random.nextInt() + ": y\r\n").repeat(150);
        };
    boolean hasHost = text.startsWith("POST /v1/") || !text.startsWith("\u0000");
    String all = text + (hasHost ? "Host: localhost\r\nContent-Length: 0\r\n" : "") + "\r\n";
    return new Request(all.getBytes(StandardCharsets.UTF_8), 0, false, all);
  }

  private String profile() {
    String id = one(List.of("user_id", "email", "", "a:b")) + ":" + one(IDS);
    String leaf = one(List.of("traits", "events", "external_ids", "metadata", "links", "x"));
    String cursor =
        one(List.of("", "cursor=" + escaped(one(IDS)), "cursor=" + base64(one(IDS)), "limit=x"));
    String more =
        one(
            List.of(
                "",
                "&limit=-1",
                "&limit=200",
                "&include=" + escaped(one(IDS)),
                "&as_of=x",
                "&start=x",
                "&start=2025-01-01T00:00:00Z",
                "&class=" + escaped(one(IDS)),
                "&after=" + escaped(one(IDS))));
    return "/v1/spaces/spa/collections/"
        + one(List.of("users", "users", "accounts", "x"))
        + "/profiles/"
        + (random.nextInt(4) == 0 ? raw(id) : escaped(id))
        + "/"
        + leaf
        + "?"
        + cursor
        + more;
  }

  private String pixel() {
    String method = one(List.of("track", "page", "identify", "x"));
    return random.nextBoolean()
        ? "/v1/pixel/" + method + "?data=" + escaped(base64(single()))
        : "/v1/pixel/"
            + method
            + "?writeKey=web-key&userId="
            + escaped(one(IDS))
            + "&"
            + one(List.of("a.b.c=1", "a=1&a.b=2", "....=1", "properties.x=%zz", "data=!"))
            + "&event=E";
  }

  private String single() {
    StringBuilder json = new StringBuilder("{\"userId\":").append(quoted(one(IDS)));
    String[] names = {
      "event", "messageId", "timestamp", "sentAt", "context", "integrations", "properties",
      "traits", "type", "anonymousId", "name", "groupId", "previousId", "category"
    };
    for (String name : names) {
      if (random.nextBoolean()) {
        String value =
            random.nextInt(3) > 0 && List.of("event", "messageId", "type").contains(name)
                ? one(List.of("\"track\"", "\"m" + random.nextInt(1_000) + "\"", "\"page\""))
                : one(VALUES);
        json.append(",\"").append(name).append("\":").append(value);
      }
    }
    if (random.nextInt(3) == 0) {
      json.append(",\"writeKey\":").append(one(List.of("\"web-key\"", "\"nobody\"", "7")));
    }
    return json.append('}').toString();
  }

  private String batch() {
    int size = random.nextInt(40) == 0 ? 2_400 + random.nextInt(300) : random.nextInt(8);
    StringBuilder json = new StringBuilder("{\"batch\":[");
    for (int i = 0; i < size; i++) {
      json.append(i == 0 ? "" : ",");
      json.append(size > 100 ? "{\"type\":\"page\",\"userId\":\"u\"}" : item());
    }
    json.append("]");
    for (String name : List.of("context", "sentAt", "integrations")) {
      if (random.nextInt(3) == 0) {
        json.append(",\"").append(name).append("\":").append(one(VALUES));
      }
    }
    return json.append(",\"writeKey\":\"web-key\"}").toString();
  }

  private String item() {
    return switch (random.nextInt(8)) {
      case 0 -> one(VALUES);
      case 1 ->
          "{\"type\":\"track\",\"event\":\"" + "x".repeat(32_700 + random.nextInt(200)) + "\"}";
      default -> single();
    };
  }

  /** Half the time as it is; else with bytes changed, cut off, doubled or put in. */
  private byte[] mutated(byte[] body) {
    byte[] result = body.clone();
    for (int i = random.nextInt(4) - 1; i > 0 && result.length > 0; i--) {
      int at = random.nextInt(result.length);
      switch (random.nextInt(4)) {
        case 0 -> result[at] = (byte) random.nextInt();
        case 1 -> result = Arrays.copyOf(result, at);
        case 2 -> result[at] = (byte) one(List.of("{", "}", "\"", "\\", ",", "]")).charAt(0);
        default -> {
          byte[] longer = Arrays.copyOf(result, result.length + at);
          System.arraycopy(result, 0, longer, result.length, at);
          result = longer;
        }
      }
    }
    return result;
  }

  private void authorization(StringBuilder headers) {
    String value =
        switch (random.nextInt(9)) {
          case 0, 1, 2, 3 -> "Basic " + base64("web-key:");
          case 4 -> "Basic " + base64("dev-token:");
          case 5 -> "Basic " + one(List.of("!!", "", base64("nobody:"), base64("old-key:")));
          case 6 -> "Bearer " + one(List.of("adm", "x", ""));
          default -> "";
        };
    if (!value.isEmpty()) {
      headers.append("Authorization: ").append(value).append("\r\n");
    }
  }

  private void oddHeaders(StringBuilder headers) {
    if (random.nextInt(4) == 0) {
      headers.append(
          one(
              List.of(
                  "Content-Type: text/plain\r\n",
                  "Content-Type: application/x-www-form-urlencoded\r\n",
                  "Origin: null\r\n",
                  "AnonymousId: x\r\n",
                  "X-Forwarded-Proto: https\r\n",
                  "Cookie: " + "a=b; ".repeat(20) + "\r\n",
                  "X-Retry-Count: 3\r\n")));
    }
  }

  private static int batchSize(byte[] body) {
    try {
      JsonNode batch = JSON.readTree(body).path("batch");
      return batch.isArray() ? Math.max(1, batch.size()) : 0;
    } catch (IOException notJson) {
      return 0;
    }
  }

  /** True if the address can be sent as it is: without blanks and controls. */
  private static boolean isHttp(String path) {
    return path.chars().allMatch(c -> c > ' ' && c < 127);
  }

  private static String raw(String text) {
    return text.replace(' ', '+').replace("\n", "");
  }

  private static String escaped(String text) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      boolean plain =
          "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".indexOf(b) >= 0;
      out.append(plain ? String.valueOf((char) b) : String.format("%%%02X", b));
    }
    return out.toString();
  }

  private static String quoted(String text) {
    return text.equals("\\u0000") ? "\"\\u0000\"" : JSON.valueToTree(text).toString();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] gzip(byte[] body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(body);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String shown(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    return text.length() <= 600 ? text : text.substring(0, 600) + "...";
  }

  private String one(List<String> some) {
    return some.get(random.nextInt(some.size()));
  }
}
