package dev.traitflow.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.server.log.ClockKind;
import dev.traitflow.server.log.LogToken;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrackingApiTest {
  private static final String CALL = "{\"userId\":\"u1\",\"event\":\"A\"}";
  private static final String SUCCESS = "{\"success\":true}";

  private final RunningServer server;

  TrackingApiTest(@TempDir Path directory) throws Exception {
    server = new RunningServer(directory, ClockKind.WALL);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static byte[] gzip(String text) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  @Test
  void appendsACallAsItCameAndLetsThePathDecideItsType() throws Exception {
    HttpResponse<String> answer = server.post("/v1/track", "web-key", CALL);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(SUCCESS);
    LogRecord call = server.calls().get(0);
    assertThat(new String(call.body(), StandardCharsets.UTF_8)).isEqualTo(CALL);
    assertThat(call.space()).isEqualTo("spa");
    assertThat(call.source()).isEqualTo("web");
    assertThat(call.type()).isEqualTo("track");
    assertThat(call.messageId()).isNotEmpty();
  }

  @Test
  void tellsWhereTheLastAcceptedCallLiesInTheLog() throws Exception {
    String batch = "{\"batch\":[{\"type\":\"page\",\"userId\":\"u\"},{\"type\":\"page\"}]}";

    String single = token(server.post("/v1/track", "web-key", CALL));
    String ofBatch = token(server.post("/v1/batch", "web-key", batch));

    long first = LogToken.parse(single).orElseThrow().offset(0).orElseThrow();
    assertThat(server.log.records().get((int) first).body())
        .isEqualTo(CALL.getBytes(StandardCharsets.UTF_8));
    assertThat(LogToken.parse(ofBatch)).contains(LogToken.of(0, first + 2));
    assertThat(token(server.post("/v1/track", "nobody", CALL))).isEmpty();
  }

  private static String token(HttpResponse<String> answer) {
    return answer.headers().firstValue(LogToken.HEADER).orElse("");
  }

  @Test
  void takesLettersSlashesAndAnyContentType() throws Exception {
    for (String path : Arrays.asList("/v1/t", "/v1/t/", "/v1/track/")) {
      HttpResponse<String> answer =
          server.send(
              server
                  .request(path, "web-key")
                  .header("Content-Type", "application/x-www-form-urlencoded")
                  .POST(BodyPublishers.ofString(CALL)));
      assertThat(answer.statusCode()).isEqualTo(200);
    }
    assertThat(server.calls()).extracting(LogRecord::type).containsOnly("track").hasSize(3);
  }

  @Test
  void findsTheWriteKeyInTheBody() throws Exception {
    String body = "{\"userId\":\"u1\",\"event\":\"A\",\"writeKey\":\"web-key\"}";

    assertThat(server.post("/v1/track", "", body).statusCode()).isEqualTo(200);
    assertThat(server.post("/v1/batch", "", "{\"batch\":[],\"writeKey\":\"web-key\"}").statusCode())
        .isEqualTo(200);
  }

  @Test
  void refusesAnUnknownWriteKeyWithCodeAndMessage() throws Exception {
    HttpResponse<String> answer = server.post("/v1/track", "nobody", CALL);

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body())
        .contains("\"success\":false", "\"code\":\"unknown_source\"", "\"message\":", "\"error\":");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
    assertThat(server.post("/v1/track", "", CALL).statusCode()).isEqualTo(401);
    assertThat(server.calls()).isEmpty();
  }

  @Test
  void refusesWhatIsNoJsonObjectOfUtf8() throws Exception {
    for (String body : Arrays.asList("", "{", "[]", "\"a\"", "{} {}", "{\"a\":1,}")) {
      HttpResponse<String> answer = server.post("/v1/track", "web-key", body);
      assertThat(answer.statusCode()).as(body).isEqualTo(400);
      assertThat(answer.body()).contains("\"code\":\"bad_request\"");
    }
    byte[] latin1 = "{\"userId\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(
            server
                .send(
                    server.request("/v1/track", "web-key").POST(BodyPublishers.ofByteArray(latin1)))
                .statusCode())
        .isEqualTo(400);
    assertThat(server.calls()).isEmpty();
  }

  @Test
  void inflatesGzipAndLimitsTheInflatedSize() throws Exception {
    HttpResponse<String> fine =
        server.send(
            server
                .request("/v1/track", "web-key")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(gzip(CALL))));
    HttpResponse<String> bomb =
        server.send(
            server
                .request("/v1/track", "web-key")
                .header("Content-Encoding", "gzip")
                .POST(
                    BodyPublishers.ofByteArray(
                        gzip("{\"userId\":\"" + "u".repeat(40_000) + "\"}"))));
    HttpResponse<String> broken =
        server.send(
            server
                .request("/v1/track", "web-key")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofString(CALL)));

    assertThat(fine.statusCode()).isEqualTo(200);
    assertThat(bomb.statusCode()).isEqualTo(400);
    assertThat(broken.statusCode()).isEqualTo(400);
    assertThat(server.calls()).hasSize(1);
  }

  @Test
  void takesASingleCallOfExactly32KilobytesAndNoMore() throws Exception {
    String shell = "{\"userId\":\"\"}";
    String body = "{\"userId\":\"" + "u".repeat(32_768 - shell.length()) + "\"}";

    assertThat(server.post("/v1/identify", "web-key", body).statusCode()).isEqualTo(200);
    assertThat(server.post("/v1/identify", "web-key", body + " ").statusCode()).isEqualTo(400);
  }

  @Test
  void writesTheEnvelopeOfABatchIntoItsItems() throws Exception {
    String batch =
        """
        {"sentAt":"2025-01-01T00:00:00Z",
         "context":{"library":{"name":"java","version":"1"},"ip":"1.1.1.1"},
         "integrations":{"All":false,"X":true},
         "batch":[
           {"type":"track","event":"A","userId":"u1","properties":{"revenue":22.50}},
           {"type":"track","event":"B","userId":"u1","sentAt":"2025-01-02T00:00:00Z",
            "context":{"library":{"name":"own"}},"integrations":{"All":true}},
           "odd"]}
        """;

    assertThat(server.post("/v1/import/", "web-key", batch).body()).isEqualTo(SUCCESS);

    assertThat(new String(server.calls().get(0).body(), StandardCharsets.UTF_8))
        .contains("\"revenue\":22.50");
    assertThat(server.call(0).at("/context/library/name").asText()).isEqualTo("java");
    assertThat(server.call(0).at("/sentAt").asText()).isEqualTo("2025-01-01T00:00:00Z");
    assertThat(server.call(1).at("/context").toString())
        .isEqualTo("{\"library\":{\"name\":\"own\",\"version\":\"1\"},\"ip\":\"1.1.1.1\"}");
    assertThat(server.call(1).at("/integrations").toString())
        .isEqualTo("{\"All\":true,\"X\":true}");
    assertThat(server.call(1).at("/sentAt").asText()).isEqualTo("2025-01-02T00:00:00Z");
    assertThat(server.call(2).asText()).isEqualTo("odd");
    assertThat(server.calls()).extracting(LogRecord::type).containsOnly("");
  }

  @Test
  void takesTheFirst2500ItemsOfABatch() throws Exception {
    String items = String.join(",", Collections.nCopies(2_502, "{\"type\":\"page\"}"));

    HttpResponse<String> answer =
        server.post("/v1/batch", "web-key", "{\"batch\":[" + items + "]}");

    assertThat(answer.body()).isEqualTo(SUCCESS);
    assertThat(server.calls()).hasSize(2_500);
    assertThat(server.admin("GET", "/admin/status", "").body())
        .contains("\"batch_too_many_events/spa\":2");
  }

  @Test
  void tellsAStrictCallerWhatIsWrong() throws Exception {
    HttpResponse<String> single =
        server.post("/v1/track?strict=1", "web-key", "{\"userId\":\"u1\"}");
    HttpResponse<String> batch =
        server.post(
            "/v1/batch?strict=1",
            "web-key",
            "{\"batch\":[{\"type\":\"page\",\"userId\":\"u\"},{\"type\":\"page\"}]}");
    HttpResponse<String> fine = server.post("/v1/track?strict=1", "web-key", CALL);

    assertThat(single.statusCode()).isEqualTo(400);
    assertThat(single.body())
        .startsWith("{\"success\":false,\"errors\":[{\"index\":0,\"code\":\"event_not_defined\"");
    assertThat(batch.statusCode()).isEqualTo(200);
    assertThat(batch.body()).contains("\"accepted\":1", "\"index\":1,\"code\":\"no_user_anon_id\"");
    assertThat(fine.body()).isEqualTo(SUCCESS);
  }

  @Test
  void dropsWhatADisabledSourceSends() throws Exception {
    assertThat(server.post("/v1/track", "old-key", CALL).statusCode()).isEqualTo(200);
    assertThat(server.calls()).isEmpty();
    assertThat(server.admin("GET", "/admin/status", "").body())
        .contains("\"source_disabled/spa\":1");
  }

  @Test
  void neverSaysSuccessUnlessTheCallIsDurable() throws Exception {
    server.log.fail();

    HttpResponse<String> answer = server.post("/v1/track", "web-key", CALL);

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("\"success\":false", "\"code\":\"unavailable\"");
  }

  @Test
  void answersAPreflightWithTheHeadersAskedFor() throws Exception {
    HttpResponse<String> answer =
        server.send(
            server
                .request("/v1/t", "")
                .header("Origin", "https://shop.example")
                .header("Access-Control-Request-Headers", "authorization,x-retry-count")
                .method("OPTIONS", BodyPublishers.noBody()));

    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.headers().firstValue("Access-Control-Allow-Headers"))
        .contains("authorization,x-retry-count");
    assertThat(answer.headers().firstValue("Access-Control-Expose-Headers"))
        .contains("Retry-After, X-RateLimit-Reset, X-Traitflow-Token");
  }

  @Test
  void ignoresWhatALibraryMeasuresAboutItself() throws Exception {
    assertThat(server.post("/v1/m", "", "{\"series\":[]}").statusCode()).isEqualTo(200);
    assertThat(server.calls()).isEmpty();
  }

  @Test
  void keepsTheBrowserLibraryAwayFromItsVendor() throws Exception {
    HttpResponse<String> settings = server.get("/v1/projects/web-key/settings", "");

    assertThat(settings.body())
        .contains("\"apiKey\":\"web-key\"", "/v1\"", "\"protocol\":\"http\"", "\"sampleRate\":0");
    assertThat(server.get("/v1/projects/nobody/settings", "").statusCode()).isEqualTo(404);
  }

  @Test
  void answersUnknownRoutesAndMethodsInJson() throws Exception {
    assertThat(server.get("/nowhere", "").body())
        .isEqualTo("{\"error\":{\"code\":\"not_found\",\"message\":\"There is no such route.\"}}");
    assertThat(server.get("/v1/track", "").statusCode()).isEqualTo(405);
    assertThat(server.get("/v1/%ff", "").statusCode()).isEqualTo(400);
  }
}
