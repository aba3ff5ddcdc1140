package dev.traitflow.server.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.topic.RejectedCall;
import dev.traitflow.server.log.ClockKind;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DebuggerApiTest {
  private static final String ROUTE = "/config/sources/web/debugger";

  private final RunningServer server;
  private long offset;

  DebuggerApiTest(@TempDir Path directory) throws Exception {
    server = new RunningServer(directory, ClockKind.TEST);
  }

  @BeforeEach
  void arrive() {
    call("identify", "{'userId':'u1','traits':{'plan':'pro'}}");
    call("track", "{'userId':'u1','event':'Order Completed','properties':{'revenue':22.5}}");
    call("track", "{'userId':'u1'}");
    call("page", "{'userId':'u1','name':'Home','messageId':'m'}");
    server.debugger.rejected(
        new RejectedCall("spa", "web", 3, "", 0, 0, DiscardReason.DUPLICATE, "seen", new byte[0]));
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void listsTheNewestFirstWithWhatBecameOfThem() throws Exception {
    JsonNode answer = get("");
    assertThat(statuses(answer)).containsExactly("duplicate", "rejected", "accepted", "accepted");
    assertThat(answer.path("events").findValuesAsText("cursor")).startsWith("4", "3");
    assertThat(answer.path("cursor").asText()).isEqualTo("4");
    assertThat(answer.path("paused").asBoolean(true)).isFalse();
    assertThat(answer.path("has_more").asBoolean(true)).isFalse();
  }

  @Test
  void findsByTextTypeEventAndStatus() throws Exception {
    assertThat(names(get("?q=order"))).containsExactly("Order Completed");
    assertThat(names(get("?q=22.5"))).containsExactly("Order Completed");
    assertThat(names(get("?type=page"))).containsExactly("Home");
    assertThat(names(get("?event=Order%20Completed"))).containsExactly("Order Completed");
    assertThat(names(get("?event=Order"))).isEmpty();
    assertThat(statuses(get("?status=rejected"))).containsExactly("rejected");
    assertThat(statuses(get("?limit=2"))).containsExactly("duplicate", "rejected");
    assertThat(get("?limit=2").path("has_more").asBoolean()).isTrue();
  }

  @Test
  void aCallOfWhichAPartWasLeftOutIsAcceptedWithAWarning() throws Exception {
    String message = "traits: got 1 new key for a profile that has its 10000 (left out): more";
    server.debugger.rejected(
        new RejectedCall(
            "spa", "web", 0, "", 0, 0, DiscardReason.TOO_MANY_TRAIT_KEYS, message, new byte[0]));
    JsonNode call = get("?type=identify").path("events").path(0);
    assertThat(call.path("status").asText()).isEqualTo("accepted");
    assertThat(call.has("code")).isFalse();
    JsonNode warning = call.path("warnings").path(0);
    assertThat(warning.path("code").asText()).isEqualTo("too_many_trait_keys");
    assertThat(warning.path("field").asText()).isEqualTo("traits");
    assertThat(warning.path("message").asText()).isEqualTo(message);
    assertThat(statuses(get("?status=rejected"))).containsExactly("rejected");
  }

  @Test
  void aPauseShowsNothingNewAndAResumeWhatCameMeanwhile() throws Exception {
    String cursor = get("").path("cursor").asText();
    call("track", "{'userId':'u1','event':'Later'}");
    JsonNode paused = get("?until=" + cursor);
    assertThat(names(paused)).startsWith("Home").hasSize(4);
    assertThat(paused.path("paused").asBoolean()).isTrue();
    assertThat(paused.path("newer").asInt()).isEqualTo(1);
    assertThat(paused.path("cursor").asText()).isEqualTo(cursor);
    JsonNode resumed = get("?after=" + cursor);
    assertThat(names(resumed)).containsExactly("Later");
    assertThat(get("?after=" + resumed.path("cursor").asText()).path("events")).isEmpty();
  }

  @Test
  void refusesWhatItCannotUnderstand() throws Exception {
    assertThat(error(ROUTE + "?status=lost", 400)).contains("accepted, rejected or duplicate");
    assertThat(error(ROUTE + "?type=buy", 400)).contains("identify, track");
    assertThat(error(ROUTE + "?after=x", 400)).contains("cursor");
    assertThat(error(ROUTE + "?limit=0", 400)).contains("limit");
    assertThat(error("/config/sources/wob/debugger", 404)).contains("did you mean web?");
    assertThat(error(ROUTE + "?space=nowhere", 404)).contains("nowhere");
    assertThat(server.admin("POST", ROUTE, "").statusCode()).isEqualTo(405);
    assertThat(server.get(ROUTE, "web-key").statusCode()).isEqualTo(401);
  }

  @Test
  void tellsLiveWhatArrivesAndWhatBecomesOfIt() throws Exception {
    try (Stream<String> lines = live(ROUTE + "/live", "")) {
      Iterator<String> stream = lines.iterator();
      call("track", "{'userId':'u1','event':'Live','messageId':'m2'}");
      List<String> message = message(stream);
      assertThat(message).contains("id: 5", "event: call");
      JsonNode data = new ObjectMapper().readTree(data(message));
      assertThat(data.path("pretty").asText()).isEqualTo("analytics.track(\"Live\")");
      server.debugger.rejected(
          new RejectedCall(
              "spa", "web", 4, "", 0, 0, DiscardReason.DUPLICATE, "seen", new byte[0]));
      message = message(stream);
      assertThat(message).contains("event: outcome").noneMatch(line -> line.startsWith("id:"));
      assertThat(data(message)).contains("\"status\":\"duplicate\"");
    }
  }

  @Test
  void resumesLiveBehindTheLastEventId() throws Exception {
    try (Stream<String> lines = live(ROUTE, "2")) {
      Iterator<String> stream = lines.iterator();
      assertThat(message(stream)).contains("id: 3");
      assertThat(message(stream)).contains("id: 4");
    }
  }

  private void call(String type, String json) {
    byte[] body = json.replace('\'', '"').getBytes(UTF_8);
    server.debugger.arrived(offset++, LogRecord.call("spa", 0, "web", "given", type, body));
  }

  private JsonNode get(String query) throws Exception {
    HttpResponse<String> answer = server.admin("GET", ROUTE + query, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new ObjectMapper().readTree(answer.body());
  }

  private String error(String path, int status) throws Exception {
    HttpResponse<String> answer = server.admin("GET", path, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return new ObjectMapper().readTree(answer.body()).path("error").path("message").asText();
  }

  private Stream<String> live(String path, String lastEventId) throws Exception {
    HttpRequest.Builder request =
        server
            .request(path, "")
            .header("Authorization", "Bearer adm")
            .header("Accept", "text/event-stream");
    if (!lastEventId.isEmpty()) {
      request.header("Last-Event-ID", lastEventId);
    }
    HttpResponse<Stream<String>> answer =
        HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofLines());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    return answer.body();
  }

  /** The lines of the next message that has data. */
  private static List<String> message(Iterator<String> stream) {
    List<String> lines = new ArrayList<>();
    while (true) {
      String line = stream.next();
      if (!line.isEmpty()) {
        lines.add(line);
      } else if (lines.stream().anyMatch(each -> each.startsWith("data:"))) {
        return lines.stream().map(each -> each.replaceFirst(": ?", ": ")).toList();
      } else {
        lines.clear();
      }
    }
  }

  private static String data(List<String> message) {
    return message.stream()
        .filter(line -> line.startsWith("data: "))
        .map(line -> line.substring("data: ".length()))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> statuses(JsonNode answer) {
    return answer.path("events").findValuesAsText("status");
  }

  private static List<String> names(JsonNode answer) {
    List<String> names = new ArrayList<>();
    answer.path("events").forEach(event -> names.add(event.path("name").asText()));
    return names;
  }
}
