package dev.traitflow.launcher.story;

import static dev.traitflow.launcher.story.RawCalls.basic;
import static dev.traitflow.launcher.story.Story.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The tracking API through its own door: what is taken, what is refused, and what is told of it.
 */
class TrackingITCase {
  private static final String COUNTER =
      "{'traits':[{'key':'n','type':'event_counter','event':'E'}]}";

  private final TrackingStory told = new TrackingStory();
  private final Story story = told.story;
  private final RawCalls raw = told.raw;
  private final String key = told.key;

  @Test
  @Tag("A-04")
  void sixCallsAreTakenAndShownInTheDebugger() {
    told.send("identify", "{'userId':'u1','traits':{'plan':'pro'}}");
    told.send("track", "{'userId':'u1','event':'E'}");
    told.send("page", "{'userId':'u1','name':'Home'}");
    told.send("screen", "{'userId':'u1','name':'Cart'}");
    told.send("group", "{'userId':'u1','groupId':'g1'}");
    told.send("alias", "{'userId':'u1','previousId':'a1'}");

    List<JsonNode> shown = shownInDebugger(6);
    assertThat(shown.stream().map(each -> each.path("type").asText()))
        .containsExactly("alias", "group", "screen", "page", "track", "identify");
    assertThat(shown.stream().map(each -> each.path("status").asText())).containsOnly("accepted");
  }

  /** The newest calls of the source, once there are so many. */
  private List<JsonNode> shownInDebugger(int calls) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    List<JsonNode> shown = new ArrayList<>();
    while (shown.size() < calls) {
      assertThat(System.nanoTime()).as("the debugger shows " + shown).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      shown.clear();
      story
          .instance()
          .admin("GET", "/config/sources/web/debugger?space=" + story.space(), null)
          .expect(200)
          .path("events")
          .forEach(shown::add);
    }
    return shown;
  }

  @Test
  @Tag("A-05")
  void theShortRoutesOfBrowsersTakeTextAndDecideTheType() {
    String call = "{'type':'page','event':'E','userId':'u1','writeKey':'" + key + "'}";

    assertThat(
            raw.post("/v1/t", TrackingStory.quoted(call), "Content-Type", "text/plain")
                .statusCode())
        .isEqualTo(200);

    story.flush();
    assertThat(told.event("u1").path("type").asText()).isEqualTo("track");
    assertThat(told.event("u1").path("event").asText()).isEqualTo("E");
  }

  @Test
  @Tag("A-06")
  void aBadItemOfABatchIsReportedAndTheOthersAreKept() {
    assertThat(
            told.send(
                "batch",
                "{'batch':[{'type':'track','userId':'u1','event':'E'},{'userId':'u1','event':'E'},"
                    + "{'type':'track','userId':'u1','event':'E'}]}"))
        .isEqualTo("{\"success\":true}");

    story.flush();
    assertThat(story.value("u1", "n")).isEqualTo("2");
    assertThat(told.codes()).containsExactly("bad_request");
    assertThat(told.rejected().get(0).path("sample").asText()).contains("\"event\":\"E\"");
    assertThat(told.rejected().get(0).path("message").asText()).contains("type");
  }

  @Test
  @Tag("A-07")
  void importedEventsKeepTheirTime() {
    String past = story.start().minus(Duration.ofDays(730)).toString();

    told.send(
        "import",
        "{'batch':[{'type':'track','userId':'u1','event':'E','timestamp':'" + past + "'}]}");

    story.flush();
    assertThat(told.time("u1")).isEqualTo(Instant.parse(past));
  }

  @Test
  @Tag("A-08")
  void theWriteKeyComesInManyForms() {
    String call = TrackingStory.quoted("{'userId':'u1','event':'E'}");
    String withKey = TrackingStory.quoted("{'userId':'u1','event':'E','writeKey':'" + key + "'}");

    for (String authorization : List.of(basic(key + ":"), basic(key), basic(key + ":any"))) {
      assertThat(raw.post("/v1/track", call, "Authorization", authorization).statusCode())
          .isEqualTo(200);
    }
    assertThat(raw.post("/v1/track", withKey).statusCode()).isEqualTo(200);
    assertThat(raw.post("/v1/track", withKey, "Authorization", "Bearer x").statusCode())
        .isEqualTo(200);
    assertThat(raw.post("/v1/track", withKey, "Authorization", basic("nope:")).statusCode())
        .as("Basic wins")
        .isEqualTo(401);

    story.flush();
    assertThat(story.value("u1", "n")).isEqualTo("5");
  }

  @Test
  @Tag("A-09")
  void anUnknownKeyIsRefusedUnlessTheVendorsWayIsWanted() {
    String call = TrackingStory.quoted("{'userId':'nobody-" + story.space() + "','event':'E'}");
    HttpResponse<String> answer = raw.post("/v1/track", call, "Authorization", basic("nope:"));
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(json(answer.body()).path("code").asText()).isEqualTo("unknown_source");
    assertThat(json(answer.body()).path("message").asText()).isNotEmpty();
    assertThat(json(answer.body()).path("error").asText()).isNotEmpty();
    long before = unknownSources();

    Story lenient = new Story("{'compat':{'always_200':true}}");
    HttpResponse<String> silent = raw.post("/v1/track", call, "Authorization", basic("nope:"));
    assertThat(silent.statusCode()).isEqualTo(200);
    assertThat(silent.body()).isEqualTo("{\"success\":true}");
    ObjectNode definition = (ObjectNode) lenient.config("GET", "", null).expect(200);
    definition.retain("id", "name", "environment");
    definition.putObject("compat").put("always_200", false);
    story.instance().admin("POST", "/admin/spaces", definition).expect(200);

    story.flush();
    assertThat(unknownSources()).isEqualTo(before + 1);
    assertThat(lenient.profile("user_id:nobody-" + story.space(), "traits").status())
        .isEqualTo(404);
    assertThat(raw.post("/v1/track", call, "Authorization", basic("nope:")).statusCode())
        .isEqualTo(401);
  }

  @Test
  @Tag("A-10")
  void aSingleCallHasAtMost32Kilobytes() {
    String shell = "{\"userId\":\"u1\",\"event\":\"E\",\"properties\":{\"pad\":\"\"}}";

    assertThat(told.status("track", TrackingStory.padded(shell, 32_768))).isEqualTo(200);
    assertThat(told.status("track", TrackingStory.padded(shell, 32_769))).isEqualTo(400);
    assertThat(told.gzipped("/v1/track", TrackingStory.padded(shell, 32_769)).statusCode())
        .isEqualTo(400);

    story.flush();
    assertThat(story.value("u1", "n")).isEqualTo("1");
  }

  @Test
  @Tag("A-11")
  void aBatchHasAtMost500KilobytesAnd2500Events() {
    String item = "{\"type\":\"track\",\"userId\":\"u1\",\"event\":\"E\"}";
    String tooLarge = TrackingStory.padded("{\"batch\":[" + item + "],\"pad\":\"\"}", 512_001);
    assertThat(told.status("batch", tooLarge)).isEqualTo(400);
    String items = String.join(",", Collections.nCopies(2_501, item));

    assertThat(told.status("batch", "{\"batch\":[" + items + "]}")).isEqualTo(200);

    story.flush();
    assertThat(story.value("u1", "n")).isEqualTo("2500");
    assertThat(told.codes()).contains("batch_too_many_events");
    String oneTooLarge = TrackingStory.padded(item.replace("}", ",\"pad\":\"\"}"), 32_769);
    assertThat(told.status("batch", "{\"batch\":[" + oneTooLarge + "," + item + "]}"))
        .isEqualTo(200);
    story.flush();
    assertThat(story.value("u1", "n")).isEqualTo("2501");
    assertThat(told.codes()).contains("event_too_large");
  }

  @Test
  @Tag("A-12")
  void aBodyThatIsNoJsonIsRefused() {
    for (String route : List.of("track", "batch", "i", "import")) {
      HttpResponse<String> answer = told.call(route, "{\"a\":");
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(json(answer.body()).path("code").asText()).isEqualTo("bad_request");
      assertThat(json(answer.body()).path("success").asBoolean()).isFalse();
    }
    story.flush();
    assertThat(told.codes())
        .as("refused, counted and shown")
        .hasSize(4)
        .containsOnly("bad_request");
  }

  @Test
  @Tag("A-13")
  void aCallNeedsAnId() {
    assertThat(told.send("track", "{'event':'E'}")).isEqualTo("{\"success\":true}");
    story.flush();
    assertThat(told.codes()).containsExactly("no_user_anon_id");
  }

  @Test
  @Tag("A-14")
  void theNameOfATrackedEventIsAText() {
    told.send("track", "{'userId':'u1'}");
    told.send("track", "{'userId':'u1','event':5}");
    told.send("track", "{'userId':'u1','event':''}");
    story.flush();
    assertThat(told.codes())
        .containsExactlyInAnyOrder("event_not_defined", "event_not_string", "event_not_defined");
  }

  @Test
  @Tag("A-15")
  void membersHaveTheirTypes() {
    told.send("track", "{'userId':'u1','event':'E','properties':'x'}");
    told.send("identify", "{'userId':'u1','traits':[]}");
    told.send("track", "{'userId':7,'anonymousId':'a','event':'E'}");
    told.send("page", "{'userId':'u1','name':7}");
    told.send("page", "{'userId':'u1','category':{}}");
    story.flush();
    assertThat(told.codes())
        .containsExactlyInAnyOrder(
            "properties_not_object",
            "traits_not_object",
            "id_not_string",
            "name_not_string",
            "category_not_string");
  }

  @Test
  @Tag("A-16")
  void aStrictCallerIsToldAtOnce() {
    HttpResponse<String> single = told.call("track?strict=1", "{\"userId\":\"u1\"}");
    assertThat(single.statusCode()).isEqualTo(400);
    assertThat(json(single.body()).at("/errors/0/code").asText()).isEqualTo("event_not_defined");
    assertThat(json(single.body()).at("/errors/0/index").asInt()).isZero();

    HttpResponse<String> batch =
        told.call(
            "batch?strict=1",
            TrackingStory.quoted(
                "{'batch':[{'type':'track','userId':'u1','event':'E'},{'type':'track'}]}"));
    assertThat(batch.statusCode()).isEqualTo(200);
    assertThat(json(batch.body()).path("accepted").asInt()).isEqualTo(1);
    assertThat(json(batch.body()).at("/errors/0/index").asInt()).isEqualTo(1);
    story.flush();
    assertThat(story.value("u1", "n")).isEqualTo("1");
    assertThat(told.codes()).containsExactlyInAnyOrder("event_not_defined", "no_user_anon_id");
  }

  @Test
  @Tag("A-16")
  void aBlankGroupIdIsRefusedForAStrictCallerAndLinksNothingForOthers() {
    String blank = TrackingStory.quoted("{'userId':'u1','groupId':' \\u00a0','traits':{'x':1}}");

    HttpResponse<String> strict = told.call("group?strict=1", blank);
    HttpResponse<String> lenient = told.call("group", blank);

    assertThat(strict.statusCode()).isEqualTo(400);
    assertThat(json(strict.body()).at("/errors/0/code").asText()).isEqualTo("group_id_missing");
    assertThat(lenient.statusCode()).isEqualTo(200);
    story.flush();
    assertThat(told.codes()).containsExactly("group_id_missing");
    assertThat(story.profile("user_id:u1", "traits").expect(200).path("traits")).isEmpty();
    assertThat(story.profile("user_id:u1", "links").expect(200).path("data")).isEmpty();
  }

  @Test
  @Tag("A-17")
  void aRepeatedMessageCountsOnce() {
    story.send("track", json("{'userId':'u1','event':'E','messageId':'m-17'}"), story.start());
    story.moveTo(Duration.ofMinutes(59));
    story.send("track", json("{'userId':'u1','event':'E','messageId':'m-17'}"), story.start());
    story.send(
        "identify", json("{'userId':'u1','traits':{'x':1},'messageId':'m-17'}"), story.start());
    story.flush();
    assertThat(story.value("u1", "n")).isEqualTo("1");
    assertThat(story.value("u1", "x")).as("by messageId alone, whatever it carries").isNull();
    assertThat(told.codes()).containsExactly("duplicate", "duplicate");
    Story other = new Story(COUNTER);
    other.send("track", json("{'userId':'u1','event':'E','messageId':'m-17'}"), other.start());
    other.flush();
    assertThat(other.value("u1", "n")).as("another space").isEqualTo("1");
  }

  @Test
  @Tag("A-22")
  void whoSendsTooFastIsToldWhenToTryAgain() throws Exception {
    Story limited = new Story("{'limits':'vendor'}");
    String authorization = basic("wk-" + limited.space() + ":");
    String request =
        "POST /v1/track HTTP/1.1\r\nHost: localhost\r\nAuthorization: %s\r\nContent-Length: 1\r\n\r\n{"
            .formatted(authorization);
    String last = request.replace("Content-Length", "Connection: close\r\nContent-Length");
    // Bodies that are no JSON: nothing waits for the log, and one socket is fast enough.
    String answers = answers(request.repeat(999) + last);
    assertThat(answers.split("HTTP/1.1 400", -1).length - 1).isEqualTo(1_000);
    String refused = answers(last);
    // On a slow machine the second may be over: then it is filled again, which ends as it may.
    for (int tries = 0; tries < 20 && !refused.startsWith("HTTP/1.1 429"); tries++) {
      try {
        assertThat(answers(request.repeat(999) + last)).startsWith("HTTP/1.1 4");
      } catch (SocketException reset) {
        assertThat(reset).hasMessageContaining("reset");
      }
      refused = answers(last);
    }

    assertThat(refused).startsWith("HTTP/1.1 429");
    assertThat(refused.substring(0, refused.indexOf("\r\n\r\n")))
        .contains("Retry-After: 1\r\n", "X-RateLimit-Reset: 1", "Access-Control-Allow-Origin: *");
  }

  /** What comes back for requests sent at once, the last of which ends the connection. */
  private String answers(String requests) throws Exception {
    URI url = URI.create(story.instance().url());
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), url.getPort())) {
      Thread sender = new Thread(() -> write(socket, requests));
      sender.start();
      String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      sender.join();
      return answers;
    }
  }

  private static void write(Socket socket, String text) {
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long unknownSources() {
    return story
        .instance()
        .admin("GET", "/config/sources", null)
        .expect(200)
        .at("/unknown_source/count")
        .asLong();
  }
}
