package dev.traitflow.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.server.log.LogToken;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of the door: who may send, how much, in which form, and what becomes of the rest. */
class TrackingRulesTest {
  private static final String SUCCESS = "{\"success\":true}";
  private static final String CALL = "{\"type\":\"track\",\"userId\":\"u1\",\"event\":\"A\"}";

  private final RunningServer server;

  TrackingRulesTest(@TempDir Path directory) throws Exception {
    server = RunningServer.withSources(directory);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/identify", "/v1/i", "/v1/track", "/v1/t", "/v1/page", "/v1/p", "/v1/screen", "/v1/s",
        "/v1/group", "/v1/g", "/v1/alias", "/v1/a", "/v1/batch", "/v1/b", "/v1/import", "/v1/m"
      })
  void everyRouteAnswersWithAndWithoutSlashAndTakesGzip(String route) throws Exception {
    boolean batch = List.of("/v1/batch", "/v1/b", "/v1/import").contains(route);
    String body = batch ? "{\"batch\":[" + CALL + "]}" : CALL;
    for (String path :
        List.of(
            route,
            route + "/",
            route
                .replace("/v1/", "/v1/%")
                .replace("%" + route.charAt(4), "%" + Integer.toHexString(route.charAt(4))))) {
      assertThat(server.post(path, "web-key", body).body()).as(path).isEqualTo(SUCCESS);
    }
    assertThat(gzip(route, gzip(body), "application/x-www-form-urlencoded").body())
        .isEqualTo(SUCCESS);
    assertThat(chunked(route, gzip(body)).body()).isEqualTo(SUCCESS);
    assertThat(server.calls()).hasSize(route.equals("/v1/m") ? 0 : 5);
    HttpResponse<String> wrong = server.get(route, "web-key");
    assertThat(wrong.statusCode()).isEqualTo(405);
    assertRefusal(wrong, "method_not_allowed");
  }

  @Test
  void takesAllFormsOfAuthenticationAndBasicWins() throws Exception {
    String own = CALL.replace("{\"type\"", "{\"writeKey\":\"web-key\",\"type\"");
    String other = CALL.replace("{\"type\"", "{\"writeKey\":\"nobody\",\"type\"");

    assertThat(authorized("Basic " + base64("web-key:"), other)).isEqualTo(200);
    assertThat(authorized("Basic " + base64("web-key"), CALL)).isEqualTo(200);
    assertThat(authorized("basic " + base64("web-key:pass"), CALL)).isEqualTo(200);
    assertThat(authorized("Bearer some-token", own)).isEqualTo(200);
    assertThat(authorized("Basic " + base64(":"), own)).isEqualTo(200);
    assertThat(authorized("Basic " + base64("nobody:"), own)).isEqualTo(401);
    assertThat(authorized("Bearer web-key", CALL)).isEqualTo(401);
    assertThat(server.post("/v1/batch", "", "{\"batch\":[" + own + "]}").statusCode())
        .as("the key of an item is no key")
        .isEqualTo(401);
  }

  @Test
  void countsUnknownKeysForTheWorkspaceAndShowsNoWholeKey() throws Exception {
    server.post("/v1/track", "prod-secret-key", CALL);
    server.post("/v1/track", "", CALL);

    JsonNode unknown =
        RunningServer.json(server.admin("GET", "/config/sources", "")).path("unknown_source");

    assertThat(unknown.path("count").asInt()).isEqualTo(2);
    assertThat(unknown.path("samples").path(1).path("write_key").asText()).isEqualTo("prod...");
    assertThat(unknown.toString()).doesNotContain("prod-secret");
    assertThat(server.log.records()).noneMatch(record -> record.refusal() != null);
  }

  @Test
  void answersAnUnknownKeyWith200WhereTheVendorsWayIsWanted() throws Exception {
    String space = RunningServer.json(server.admin("GET", "/config/spaces/spa", "")).toString();
    String compat = space.replaceFirst("\\{", "{\"compat\":{\"always_200\":true},");
    assertThat(server.admin("POST", "/admin/spaces", compat).statusCode()).isEqualTo(200);

    assertThat(server.post("/v1/track", "nobody", CALL).body()).isEqualTo(SUCCESS);
    assertThat(server.post("/v1/batch", "", "{\"batch\":[]}").body()).isEqualTo(SUCCESS);
    assertThat(server.calls()).isEmpty();
    assertThat(server.admin("GET", "/admin/status", "").body()).contains("\"unknown_source\":2");
  }

  @Test
  void limitsTheInflatedSizeToTheByte() throws Exception {
    assertThat(status("/v1/track", sized(CALL, 32_768))).isEqualTo(200);
    assertThat(status("/v1/track", sized(CALL, 32_769))).isEqualTo(400);
    assertThat(gzip("/v1/track", gzip(sized(CALL, 32_768)), "text/plain").statusCode())
        .isEqualTo(200);
    assertThat(gzip("/v1/track", gzip(sized(CALL, 32_769)), "text/plain").statusCode())
        .isEqualTo(400);
    assertThat(chunked("/v1/track", gzip(sized(CALL, 32_769))).statusCode()).isEqualTo(400);
    String batch = "{\"batch\":[" + CALL + "]}";
    assertThat(status("/v1/batch", sized(batch, 512_000))).isEqualTo(200);
    assertThat(status("/v1/batch", sized(batch, 512_001))).isEqualTo(400);
    assertThat(gzip("/v1/batch", gzip(sized(batch, 512_001)), "text/plain").statusCode())
        .isEqualTo(400);
    assertThat(server.calls()).hasSize(3);
    assertThat(server.refused()).hasSize(5);
    assertThat(server.reasons()).containsOnly(DiscardReason.BAD_REQUEST);
  }

  @Test
  void neverInflatesABomb() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 300; i++) {
        out.write(zeros);
      }
    }
    byte[] bomb = bytes.toByteArray();
    assertThat(bomb.length).isLessThan(400_000);

    assertRefusal(gzip("/v1/batch", bomb, "application/json"), "bad_request");
  }

  @Test
  void dropsOneEventThatIsTooLargeAndKeepsTheOthers() throws Exception {
    String large = sized(CALL, 32_769);
    String fits = sized(CALL, 32_768);

    HttpResponse<String> answer =
        server.post(
            "/v1/batch?strict=1",
            "web-key",
            "{\"sentAt\":\"2025-01-01T00:00:00Z\",\"batch\":[" + large + "," + fits + "]}");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(RunningServer.json(answer).path("accepted").asInt()).isEqualTo(1);
    assertThat(RunningServer.json(answer).path("code").asText()).isEqualTo("multi_user_error");
    assertThat(RunningServer.json(answer).at("/errors/0/code").asText())
        .isEqualTo("event_too_large");
    assertThat(server.calls()).hasSize(1);
    LogRecord dropped = server.refused().get(0);
    assertThat(server.reasons()).containsExactly(DiscardReason.EVENT_TOO_LARGE);
    assertThat(dropped.body().length).isLessThanOrEqualTo(2_048);
  }

  @Test
  void recordsOnceHowManyEventsABatchHasTooMany() throws Exception {
    String items = String.join(",", Collections.nCopies(2_502, "{}"));

    HttpResponse<String> answer =
        server.post("/v1/batch", "web-key", "{\"batch\":[" + items + "]}");

    assertThat(answer.body()).isEqualTo(SUCCESS);
    assertThat(server.calls()).hasSize(2_500);
    assertThat(server.refused()).hasSize(1);
    assertThat(server.refused().get(0).calls()).isEqualTo(2);
    assertThat(RunningServer.text(server.refused().get(0))).isEqualTo("{}");
  }

  @Test
  void reportsAnEmptyBatch() throws Exception {
    assertThat(server.post("/v1/batch", "web-key", "{\"batch\":[]}").body()).isEqualTo(SUCCESS);
    assertThat(server.reasons()).containsExactly(DiscardReason.EMPTY_BATCH);
    assertThat(server.post("/v1/batch?strict=1", "web-key", "{\"batch\":[]}").body())
        .contains("\"success\":false", "\"code\":\"empty_batch\"", "\"message\"", "\"error\"");
    assertThat(status("/v1/batch", "{\"batch\":{}}")).isEqualTo(400);
    assertThat(status("/v1/batch", "{}")).isEqualTo(400);
  }

  @Test
  void tellsCallersOfAStrictSourceAlwaysAndOthersWhenTheyAsk() throws Exception {
    String bad = "{\"userId\":\"u\"}";

    HttpResponse<String> strict = server.post("/v1/track", "strict-key", bad);
    assertThat(strict.statusCode()).isEqualTo(400);
    assertThat(RunningServer.json(strict).at("/errors/0/index").asInt()).isZero();
    assertRefusal(strict, "event_not_defined");
    assertThat(server.post("/v1/track?strict=0", "strict-key", bad).statusCode()).isEqualTo(200);
    assertThat(server.post("/v1/track", "web-key", bad).statusCode()).isEqualTo(200);
    assertThat(server.calls()).as("the job counts and shows them").hasSize(2);
    assertThat(server.reasons()).containsExactly(DiscardReason.EVENT_NOT_DEFINED);
    assertThat(RunningServer.text(server.refused().get(0))).as("whole").contains("\"userId\"");
  }

  @Test
  void logsWhatADisabledSourceSendsAsDiscarded() throws Exception {
    server.post("/v1/track", "old-key", CALL);
    server.post("/v1/batch", "old-key", "{\"batch\":[" + CALL + "," + CALL + "]}");

    assertThat(server.calls()).isEmpty();
    assertThat(server.refused()).extracting(LogRecord::calls).containsExactly(1L, 2L);
    assertThat(server.reasons()).containsOnly(DiscardReason.SOURCE_DISABLED);
    assertThat(RunningServer.text(server.refused().get(0))).isEqualTo(CALL);
    assertThat(server.post("/v1/track?strict=1", "old-key", CALL).body())
        .contains("\"source_disabled\"");
  }

  @Test
  void slowsDownWhoSendsMoreThanAThousandRequestsASecond() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> sent = new ArrayList<>();
    HttpResponse<String> refused = null;
    for (int round = 0; round < 10 && refused == null; round++) {
      for (int i = 0; i < 1_500; i++) {
        sent.add(server.later(server.request("/v1/m", "").POST(BodyPublishers.noBody())));
        sent.add(
            server.later(server.request("/v1/t", "web-key").POST(BodyPublishers.ofString(CALL))));
      }
      for (CompletableFuture<HttpResponse<String>> each : sent) {
        HttpResponse<String> answer = each.join();
        if (answer.statusCode() == 429) {
          refused = answer;
        } else {
          assertThat(answer.statusCode()).isEqualTo(200);
        }
      }
      sent.clear();
    }

    assertThat(refused).as("no 429 in 15,000 requests").isNotNull();
    assertRefusal(refused, "rate_limit_error");
    assertThat(refused.headers().firstValue("Retry-After")).contains("1");
    assertThat(refused.headers().firstValue("X-RateLimit-Reset")).contains("1");
    assertThat(refused.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
  }

  @Test
  void namesTheTokenOfARequestAndNoneWhereNothingWasKept() throws Exception {
    assertThat(server.post("/v1/track", "web-key", CALL).headers().firstValue(LogToken.HEADER))
        .isPresent();
    assertThat(server.post("/v1/track", "old-key", CALL).headers().firstValue(LogToken.HEADER))
        .isEmpty();
  }

  @Test
  void asksToTryAgainWhenTheLogIsAway() throws Exception {
    server.log.fail();

    HttpResponse<String> answer = server.post("/v1/batch", "web-key", "{\"batch\":[" + CALL + "]}");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertRefusal(answer, "unavailable");
    assertThat(answer.headers().firstValue("Retry-After")).contains("1");
  }

  @Test
  void echoesNothingAnybodyWouldObey() throws Exception {
    String body = "{\"a\":\u202e=cmd|' /C calc'!A0" + "x".repeat(5_000) + "}";

    HttpResponse<String> answer = server.post("/v1/track", "web-key", body);

    assertRefusal(answer, "bad_request");
    assertThat(answer.body().length()).isLessThan(1_200);
    assertThat(answer.body())
        .doesNotContain("\u202e", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
    HttpResponse<String> preflight =
        server.send(
            server
                .request("/v1/t", "")
                .header("Access-Control-Request-Headers", "x;\"<script>")
                .method("OPTIONS", BodyPublishers.noBody()));
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers").orElse(""))
        .contains("authorization", "rsa-retry-attempt")
        .doesNotContain("script");
  }

  @Test
  void answersAPostToNoRouteInTheFormClientsUnderstand() throws Exception {
    HttpResponse<String> answer = server.post("/v1/trak", "web-key", CALL);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertRefusal(answer, "not_found");
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

  private int authorized(String authorization, String body) throws Exception {
    return server
        .send(
            server
                .request("/v1/track", "")
                .header("Authorization", authorization)
                .POST(BodyPublishers.ofString(body)))
        .statusCode();
  }

  private int status(String path, String body) throws Exception {
    return server.post(path, "web-key", body).statusCode();
  }

  private HttpResponse<String> gzip(String path, byte[] body, String type) throws Exception {
    return server.send(
        server
            .request(path, "web-key")
            .header("Content-Encoding", "gzip")
            .header("Content-Type", type)
            .POST(BodyPublishers.ofByteArray(body)));
  }

  private HttpResponse<String> chunked(String path, byte[] body) throws Exception {
    return server.send(
        server
            .request(path, "web-key")
            .header("Content-Encoding", "gzip")
            .POST(BodyPublishers.fromPublisher(BodyPublishers.ofByteArrays(List.of(body)))));
  }

  private static byte[] gzip(String text) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  /** The object with one more member, of exactly so many bytes. */
  private static String sized(String object, int bytes) {
    String shell = object.substring(0, object.length() - 1) + ",\"pad\":\"\"}";
    return shell.replace("\"pad\":\"\"", "\"pad\":\"" + "p".repeat(bytes - shell.length()) + "\"");
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
