package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What somebody sees who looks at a source while calls arrive. */
class DebuggerITCase {
  private static final Duration VISIBLE_WITHIN = Duration.ofSeconds(2);
  private static final Duration CAUGHT_UP_WITHIN = Duration.ofSeconds(30);

  @Test
  @Tag("B-01")
  void aCallIsVisibleWithinTwoSeconds() {
    Story story = new Story();
    story.track("u1", "Warm Up", "{}");
    await(story, "", CAUGHT_UP_WITHIN, answer -> names(answer).contains("Warm Up"));
    for (int i = 0; i < 5; i++) {
      String event = "Call " + i;
      story.track("u1", event, "{}");
      JsonNode answer =
          await(story, "", VISIBLE_WITHIN, shown -> names(shown).get(0).equals(event));
      assertThat(answer.path("events").path(0).path("status").asText()).isEqualTo("accepted");
      assertThat(answer.path("events").path(0).path("received_at").asText())
          .isEqualTo(answer.path("events").path(0).path("raw").path("receivedAt").asText());
    }
  }

  @Test
  @Timeout(60)
  @Tag("B-01")
  void whoWatchesLiveIsToldOfEachCallInOrderAndOfWhatBecomesOfIt() {
    Story story = new Story();
    String path = "/config/sources/web/debugger/live?space=" + story.space();
    try (Stream<String> lines = story.instance().live(path)) {
      Iterator<String> stream = lines.iterator();
      for (int i = 0; i < 3; i++) {
        long sent = System.nanoTime();
        story.track("u1", "Live " + i, "{}");
        JsonNode call = nextData(stream);
        assertThat(Duration.ofNanos(System.nanoTime() - sent)).isLessThan(VISIBLE_WITHIN);
        assertThat(call.path("name").asText()).isEqualTo("Live " + i);
        assertThat(call.path("status").asText()).isEqualTo("accepted");
      }
      JsonNode again = twice(story);
      story.send("track", again, story.start());
      String cursor = nextData(stream).path("cursor").asText();
      story.send("track", again, story.start());
      JsonNode call = nextData(stream);
      assertThat(call.path("cursor").asText()).isNotEqualTo(cursor);
      JsonNode last = call.path("status").asText().equals("duplicate") ? call : nextData(stream);
      assertThat(last.path("status").asText()).isEqualTo("duplicate");
      assertThat(last.path("cursor")).isEqualTo(call.path("cursor"));
    }
  }

  @Test
  @Tag("B-02")
  void rawHasAllThatWasSentAndWhatTheServerAdded() {
    Story story = new Story();
    JsonNode sent =
        Story.json(
            "{'userId':'u1','anonymousId':'a1','event':'Order Completed',"
                + "'properties':{'revenue':22.50,'products':[{'sku':'s','n':1}]},"
                + "'context':{'ip':'10.0.0.1','library':{'name':'x'}},"
                + "'integrations':{'All':true},'timestamp':'2025-03-01T08:59:40.000Z',"
                + "'custom':{'kept':null}}");
    story.instance().basic("POST", "/v1/track", "wk-" + story.space(), sent.toString()).expect(200);
    JsonNode raw =
        await(story, "", CAUGHT_UP_WITHIN, answer -> !names(answer).isEmpty())
            .path("events")
            .path(0)
            .path("raw");
    List<String> members = new ArrayList<>();
    sent.fieldNames().forEachRemaining(members::add);
    members.remove("timestamp");
    for (String member : members) {
      assertThat(raw.path(member)).as(member).isEqualTo(sent.path(member));
    }
    assertThat(raw.path("type").asText()).isEqualTo("track");
    assertThat(raw.path("messageId").asText()).isNotEmpty();
    assertThat(raw.path("receivedAt").asText()).matches("2025-.*\\.[0-9]{3}Z");
    assertThat(raw.path("originalTimestamp").asText()).isEqualTo("2025-03-01T08:59:40.000Z");
    assertThat(raw.path("timestamp").asText()).isEqualTo("2025-03-01T08:59:40.000Z");
  }

  @Test
  @Tag("B-03")
  void prettyShowsMethodAndArguments() {
    Story story = new Story();
    story.identify("u1", "{'plan':'pro'}");
    story.track("u1", "Order Completed", "{'revenue':22.5}");
    story.send("page", Story.json("{'userId':'u1','name':'Home'}"), story.start());
    JsonNode answer = await(story, "", CAUGHT_UP_WITHIN, shown -> names(shown).size() == 3);
    assertThat(answer.path("events").findValuesAsText("pretty"))
        .containsExactly(
            "analytics.page(\"Home\")",
            "analytics.track(\"Order Completed\", {\"revenue\":22.5})",
            "analytics.identify(\"u1\", {\"plan\":\"pro\"})");
  }

  @Test
  @Tag("B-04")
  void ofSixHundredEventsTheNewestFiveHundredAreShown() {
    Story story = new Story();
    ArrayNode calls = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < 600; i++) {
      ObjectNode call = calls.addObject().put("type", "track").put("userId", "u" + i % 7);
      call.put("event", "Event " + i).put("messageId", story.space() + "-e" + i);
    }
    story.batch(calls);
    JsonNode answer =
        await(
            story,
            "?limit=1000",
            CAUGHT_UP_WITHIN,
            shown -> !names(shown).isEmpty() && names(shown).get(0).equals("Event 599"));
    assertThat(names(answer))
        .isEqualTo(IntStream.range(0, 500).mapToObj(i -> "Event " + (599 - i)).toList());
  }

  @Test
  @Tag("B-05")
  void whatArrivesDuringAPauseAppearsWhenItEnds() {
    Story story = new Story();
    story.track("u1", "Before", "{}");
    JsonNode before = await(story, "", CAUGHT_UP_WITHIN, answer -> names(answer).size() == 1);
    String cursor = before.path("cursor").asText();
    for (String event : List.of("First", "Second", "Third")) {
      story.track("u1", event, "{}");
    }
    JsonNode paused =
        await(
            story,
            "?until=" + cursor,
            CAUGHT_UP_WITHIN,
            answer -> answer.path("newer").asInt() == 3);
    assertThat(names(paused)).containsExactly("Before");
    assertThat(paused.path("paused").asBoolean()).isTrue();
    JsonNode resumed = get(story, "?after=" + cursor);
    assertThat(names(resumed)).containsExactly("Third", "Second", "First");
    assertThat(resumed.path("paused").asBoolean(true)).isFalse();
    assertThat(names(get(story, "?after=" + resumed.path("cursor").asText()))).isEmpty();
  }

  @Test
  @Tag("B-06")
  void searchFindsTextInThePayloadAndInTheNameAndByEventAndType() {
    Story story = new Story();
    story.track("u1", "Order Completed", "{'coupon':'SPRING-25'}");
    story.track("u2", "Login", "{'note':'about the order'}");
    story.track("u3", "Logout", "{}");
    story.identify("u4", "{'city':'Malmö'}");
    await(story, "", CAUGHT_UP_WITHIN, answer -> names(answer).size() == 4);
    assertThat(names(get(story, "?q=order"))).containsExactly("Login", "Order Completed");
    assertThat(names(get(story, "?q=spring-25"))).containsExactly("Order Completed");
    assertThat(names(get(story, "?q=Malm%C3%B6"))).containsExactly("null");
    assertThat(names(get(story, "?q=u3"))).containsExactly("Logout");
    assertThat(names(get(story, "?event=Login"))).containsExactly("Login");
    assertThat(names(get(story, "?type=track&q=lo"))).containsExactly("Logout", "Login");
    assertThat(names(get(story, "?q=absent"))).isEmpty();
  }

  @Test
  @Tag("B-07")
  void rejectedAndDuplicateCallsAreFlaggedWithCodeAndField() {
    Story story = new Story();
    String key = "wk-" + story.space();
    story.instance().basic("POST", "/v1/track", key, "{\"userId\":\"u1\"}").expect(200);
    story.instance().basic("POST", "/v1/identify", key, "{\"userId\":7}").expect(200);
    for (int i = 0; i < 2; i++) {
      story.send("track", twice(story), story.start());
    }
    JsonNode answer =
        await(
            story,
            "",
            CAUGHT_UP_WITHIN,
            shown ->
                shown.path("events").findValuesAsText("status").stream()
                    .anyMatch(status -> status.equals("duplicate")));
    assertThat(answer.path("events").findValuesAsText("status"))
        .containsExactly("duplicate", "accepted", "rejected", "rejected");
    assertThat(answer.path("events").findValuesAsText("code"))
        .containsExactly("duplicate", "id_not_string", "event_not_defined");
    assertThat(answer.path("events").findValuesAsText("field"))
        .containsExactly("messageId", "userId", "event");
    assertThat(get(story, "?status=rejected").path("events")).hasSize(2);
    assertThat(get(story, "?status=duplicate").path("events")).hasSize(1);
    assertThat(get(story, "?status=accepted").path("events")).hasSize(1);
  }

  @Test
  @Tag("B-08")
  void theCallOfWhoEntersAnAudienceIsVisibleInTheDebuggerOfTheSpace() {
    Story story =
        new Story(
            "{'traits':[{'key':'logins','type':'event_counter','event':'Login'}],"
                + "'audiences':[{'key':'active','root':{'all':[{'trait':'logins',"
                + "'op':'greater_than','value':0}]},'destinations':['CRM']}],"
                + "'destinations':[{'name':'CRM','kind':'capture','enabled':true,"
                + "'action':'track'},{'name':'Idle','kind':'capture','enabled':true}]}");
    story.track("u1", "Login", "{}");
    story.flush();
    JsonNode answer = story.config("GET", "/debugger?destination=CRM", null).expect(200);
    assertThat(names(answer)).containsExactly("Audience Entered");
    JsonNode call = answer.path("events").path(0);
    assertThat(call.path("pretty").asText())
        .isEqualTo(
            "analytics.track(\"Audience Entered\", {\"audience_key\":\"active\",\"active\":true})");
    assertThat(call.path("status").asText()).isEqualTo("delivered");
    assertThat(call.path("raw").path("context").path("personas").path("computation_key").asText())
        .isEqualTo("active");
    assertThat(names(story.config("GET", "/debugger?q=entered", null).expect(200))).hasSize(1);
    assertThat(names(story.config("GET", "/debugger?q=left", null).expect(200))).isEmpty();
    assertThat(names(story.config("GET", "/debugger?destination=Idle", null).expect(200)))
        .isEmpty();
    String cursor = answer.path("cursor").asText();
    assertThat(names(story.config("GET", "/debugger?after=" + cursor, null).expect(200))).isEmpty();
  }

  /** The debugger's answer for the story's source. */
  private static JsonNode get(Story story, String query) {
    String space = (query.isEmpty() ? "?" : "&") + "space=" + story.space();
    return story
        .instance()
        .admin("GET", "/config/sources/web/debugger" + query + space, null)
        .expect(200);
  }

  /** The first answer that holds what is waited for; real time, since that is what is promised. */
  private static JsonNode await(
      Story story, String query, Duration within, Predicate<JsonNode> wanted) {
    long deadline = System.nanoTime() + within.toNanos();
    while (true) {
      JsonNode answer = get(story, query);
      if (wanted.test(answer)) {
        return answer;
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not shown within " + within + ": " + answer);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  /** A call with a messageId of its own: duplicates are found across spaces. */
  private static JsonNode twice(Story story) {
    String id = story.space() + "-twice";
    return Story.json("{'userId':'u1','event':'Twice','messageId':'" + id + "'}");
  }

  /** What the next message carries. */
  private static JsonNode nextData(Iterator<String> stream) {
    while (true) {
      String line = stream.next();
      if (line.startsWith("data:")) {
        try {
          return new ObjectMapper().readTree(line.substring("data:".length()));
        } catch (IOException e) {
          throw new UncheckedIOException("no JSON: " + line, e);
        }
      }
    }
  }

  private static List<String> names(JsonNode answer) {
    List<String> names = new ArrayList<>();
    answer.path("events").forEach(event -> names.add(event.path("name").asText()));
    return names;
  }
}
