package dev.traitflow.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.event.LogRecord;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the bytes of a call on their way into the log. */
class TrackingFormsTest {
  private static final String CALL = "{\"type\":\"track\",\"userId\":\"u1\",\"event\":\"A\"}";

  private final RunningServer server;

  TrackingFormsTest(@TempDir Path directory) throws Exception {
    server = RunningServer.withSources(directory);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void splicesWhatABatchSharesIntoTheBytesOfItsItems() throws Exception {
    String batch =
        "{\"sentAt\":\"2025-01-01T00:00:00Z\",\"integrations\":{\"All\":false},\"batch\":["
            + "{},"
            + "{ \"a\" : 1.50 , \"sentAt\" : null },"
            + "{\"integrations\":{\"X\":true},\"sentAt\":\"2025-02-02T00:00:00Z\"},"
            + "{\"context\":\"odd\",\"integrations\":7}],"
            + "\"context\":{\"library\":{\"name\":\"java\"}}}";

    assertThat(server.post("/v1/batch", "web-key", batch).statusCode()).isEqualTo(200);

    String shared = "\"integrations\":{\"All\":false}";
    String context = "\"context\":{\"library\":{\"name\":\"java\"}}";
    assertThat(server.calls().stream().map(RunningServer::text))
        .containsExactly(
            "{\"sentAt\":\"2025-01-01T00:00:00Z\"," + shared + "," + context + "}",
            "{ \"a\" : 1.50 , \"sentAt\" : \"2025-01-01T00:00:00Z\" ,"
                + shared
                + ","
                + context
                + "}",
            "{\"integrations\":{\"X\":true,\"All\":false},\"sentAt\":\"2025-02-02T00:00:00Z\","
                + context
                + "}",
            "{\"context\":\"odd\",\"integrations\":7,\"sentAt\":\"2025-01-01T00:00:00Z\"}");
  }

  @Test
  void refusesAnEnvelopeThatWouldGrowWithoutBound() throws Exception {
    String context = "{\"a\":\"" + "x".repeat(300_000) + "\"}";
    String items = String.join(",", Collections.nCopies(100, "{}"));

    assertRefusal(
        server.post(
            "/v1/batch", "web-key", "{\"context\":" + context + ",\"batch\":[" + items + "]}"),
        "bad_request");
  }

  @Test
  void fillsInTheAddressOfBrowsersAndOfDirectCalls() throws Exception {
    String ip = "\"ip\":\"127.0.0.1\"";
    server.post("/v1/t", "web-key", "{\"context\":{\"a\":1}}");
    server.post("/v1/t", "web-key", "{}");
    server.post("/v1/t", "web-key", "{\"context\":{\"ip\":\"9.9.9.9\"}}");
    server.post("/v1/track", "web-key", "{\"context\":{\"direct\":true}}");
    server.post("/v1/track", "web-key", "{\"context\":{}}");
    server.send(
        server
            .request("/v1/track", "web-key")
            .header("Origin", "https://shop.example")
            .POST(BodyPublishers.ofString("{\"context\":{}}")));
    server.post(
        "/v1/b", "web-key", "{\"context\":{\"b\":2},\"batch\":[{\"context\":{\"a\":1}},{}]}");

    assertThat(server.calls().stream().map(RunningServer::text))
        .containsExactly(
            "{\"context\":{" + ip + ",\"a\":1}}",
            "{\"context\":{" + ip + "}}",
            "{\"context\":{\"ip\":\"9.9.9.9\"}}",
            "{\"context\":{" + ip + ",\"direct\":true}}",
            "{\"context\":{}}",
            "{\"context\":{" + ip + "}}",
            "{\"context\":{\"a\":1," + ip + ",\"b\":2}}",
            "{\"context\":{" + ip + ",\"b\":2}}");
  }

  @Test
  void leavesNamesAloneForASourceThatWantsThem() throws Exception {
    server.post("/v1/track", "raw-key", CALL);
    server.post("/v1/track", "web-key", CALL);

    assertThat(server.calls()).extracting(LogRecord::asNamed).containsExactly(true, false);
  }

  @Test
  void givesAnIdToCallsWithoutOneAndNeverTheSame() throws Exception {
    server.post("/v1/batch", "web-key", "{\"batch\":[" + CALL + "," + CALL + "]}");
    server.post("/v1/track", "web-key", CALL);
    server.post("/v1/track", "web-key", CALL.replace("{", "{\"messageId\":\"m1\","));
    server.post("/v1/track", "web-key", CALL.replace("{", "{\"messageId\":\"\","));

    List<String> given = server.calls().stream().map(LogRecord::messageId).toList();
    assertThat(given).hasSize(5).doesNotHaveDuplicates();
    assertThat(given.get(3)).as("has its own").isEmpty();
    assertThat(given.get(4)).isNotEmpty();
  }

  @Test
  void takesAPixelAndAlwaysAnswersAPicture() throws Exception {
    String data = base64("{\"writeKey\":\"web-key\",\"userId\":\"u?>~\",\"event\":\"Opened\"}");
    for (String path :
        List.of(
            "/v1/pixel/track?data=" + data,
            "/v1/pixel/track/?writeKey=web-key&userId=u+1&event=Opened&properties.a.b=%C3%A9&x=",
            "/v1/pixel/track?writeKey=web-key&data="
                + base64("{\"userId\":\"u\",\"event\":\"In\"}"),
            "/v1/pixel/track?writeKey=web-key&userId=u&event=Caf%E9",
            "/v1/pixel/track?data=%21",
            "/v1/pixel/Caf%E9?writeKey=web-key",
            "/v1/pixel/",
            "/v1/pixel/track?writeKey=web-key&data=%21",
            "/v1/pixel/track?data=" + base64("[]"),
            "/v1/pixel/track?writeKey=nobody",
            "/v1/pixel/nothing?writeKey=web-key",
            "/v1/pixel/track")) {
      HttpResponse<byte[]> answer =
          server.bytes(server.request(path, "").header("Referer", "https://x.example").GET());
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Type")).contains("image/gif");
      assertThat(new String(answer.body(), StandardCharsets.US_ASCII)).startsWith("GIF89a");
    }
    assertThat(server.calls()).hasSize(4);
    assertThat(server.call(2).path("event").asText()).isEqualTo("In");
    assertThat(server.call(3).path("event").asText()).isEqualTo("Caf\ufffd");
    assertThat(server.calls().get(0).type()).isEqualTo("track");
    assertThat(server.call(0).path("userId").asText()).isEqualTo("u?>~");
    assertThat(server.call(1).at("/properties/a/b").asText()).isEqualTo("\u00e9");
    assertThat(server.call(1).path("userId").asText()).isEqualTo("u 1");
    assertThat(server.call(1).at("/context/ip").asText()).isEqualTo("127.0.0.1");
  }

  @Test
  void takesAPixelWhoseAddressIsBadlyEncoded() throws Exception {
    try (RawConnection connection = new RawConnection(server.port())) {
      for (String path :
          List.of(
              "/v1/pixel/track?writeKey=web-key&userId=u&event=100%&properties.p=%zz%4",
              "/v1/pixel/track?writeKey=web-key&userId=u&event=\u00e9t\u00e9",
              "/v1/pixel/100%?%=%&&=&writeKey=web-key")) {
        RawConnection.Answer answer =
            connection.send(
                ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
        assertThat(answer.status()).as(path).isEqualTo(200);
        assertThat(answer.text()).startsWith("GIF89a");
      }
    }
    assertThat(server.call(0).path("event").asText()).isEqualTo("100%");
    assertThat(server.call(0).at("/properties/p").asText()).isEqualTo("%zz%4");
    assertThat(server.call(1).path("event").asText()).isEqualTo("\ufffdt\ufffd");
    assertThat(server.calls()).hasSize(2);
  }

  private static void assertRefusal(HttpResponse<String> answer, String code) throws Exception {
    JsonNode json = RunningServer.json(answer);
    assertThat(json.path("success").isBoolean()).isTrue();
    assertThat(json.path("success").asBoolean()).isFalse();
    assertThat(json.path("code").asText()).isEqualTo(code);
    assertThat(json.path("message").asText()).isNotEmpty();
    assertThat(json.path("error").asText()).isNotEmpty();
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
    assertThat(answer.headers().firstValue("Access-Control-Expose-Headers").orElse(""))
        .contains("Retry-After");
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
