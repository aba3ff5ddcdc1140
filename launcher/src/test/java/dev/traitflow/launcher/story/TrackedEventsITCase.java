package dev.traitflow.launcher.story;

import static dev.traitflow.launcher.story.RawCalls.basic;
import static dev.traitflow.launcher.story.Story.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What calls mean once they are taken: their time, their names, their traits. */
class TrackedEventsITCase {
  private final TrackingStory told = new TrackingStory();
  private final Story story = told.story;
  private final RawCalls raw = told.raw;
  private final String key = told.key;

  @Test
  @Tag("A-19")
  void aWrongClockIsCorrected() {
    Instant now = story.instance().now();

    told.send("track", timed(now.minus(Duration.ofMinutes(61)), now.minus(Duration.ofHours(1))));

    story.flush();
    assertThat(told.time("u1")).isEqualTo(now.minus(Duration.ofMinutes(1)));
  }

  @Test
  @Tag("A-20")
  void withoutSentAtTheTimeIsLeftAlone() {
    told.send("track", "{'userId':'u1','event':'E','timestamp':'2024-05-01T00:00:00Z'}");

    story.flush();
    assertThat(told.time("u1")).isEqualTo(Instant.parse("2024-05-01T00:00:00Z"));
  }

  @Test
  @Tag("A-21")
  void theEnvelopeOfABatchHoldsForItsItemsUnlessTheySayOtherwise() {
    Instant now = story.instance().now();
    String sentAt = now.minus(Duration.ofHours(1)).toString();
    String own = now.minus(Duration.ofHours(2)).toString();
    String at = now.minus(Duration.ofMinutes(61)).toString();

    told.send(
        "batch",
        ("{'sentAt':'%s','context':{'ip':'1.1.1.1','library':{'name':'lib','version':'1'}},'batch':["
                + "{'type':'track','event':'E','userId':'u1','timestamp':'%s'},"
                + "{'type':'track','event':'E','userId':'u2','timestamp':'%s','sentAt':'%s',"
                + "'context':{'ip':'2.2.2.2','library':{'version':'2'}}}]}")
            .formatted(sentAt, at, at, own));

    story.flush();
    assertThat(told.time("u1")).isEqualTo(now.minus(Duration.ofMinutes(1)));
    assertThat(told.event("u1").at("/context/ip").asText()).isEqualTo("1.1.1.1");
    assertThat(told.time("u2")).isEqualTo(now.plus(Duration.ofMinutes(59)));
    assertThat(told.event("u2").at("/context/ip").asText()).isEqualTo("2.2.2.2");
    assertThat(told.event("u2").at("/context/library"))
        .isEqualTo(json("{'version':'2','name':'lib'}"));
  }

  @Test
  @Tag("A-24")
  void aPixelIsACallAndAlwaysAPicture() {
    String data =
        Base64.getEncoder()
            .encodeToString(
                TrackingStory.quoted("{'writeKey':'" + key + "','userId':'u1','event':'E'}")
                    .getBytes(StandardCharsets.UTF_8));
    for (String path :
        List.of(
            "/v1/pixel/track?data=" + data.replace("+", "%2B"),
            "/v1/pixel/track?writeKey=" + key + "&userId=u1&event=E&properties.a.b=c",
            "/v1/pixel/track?data=nonsense",
            "/v1/pixel/track?writeKey=nope&userId=u1&event=E")) {
      HttpResponse<String> answer = raw.send("GET", path, new byte[0]);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Type")).contains("image/gif");
      assertThat(answer.body()).startsWith("GIF89a");
    }
    story.flush();
    assertThat(story.value("u1", "n")).isEqualTo("2");
    assertThat(told.event("u1").at("/context/ip").asText()).isEqualTo("127.0.0.1");
  }

  @Test
  void aNumberBeyondTheLimitsKeepsItsEventAndItsLiteral(@TempDir Path directory) {
    String digits = "9".repeat(1_001);
    String fraction = "0." + "1".repeat(11_000);
    told.send("identify", "{'userId':'u1','traits':{'huge':1e1000,'long':" + digits + "}}");
    told.send("identify", "{'userId':'u1','traits':{'far':1e20000,'fine':" + fraction + "}}");
    String track = "{'userId':'u1','event':'E','messageId':17,'properties':{'v':1e99999999999}}";
    told.send("track", track);
    told.send("track", track);
    story.flush();

    String traits = story.profile("user_id:u1", "traits").text();
    assertThat(traits).contains("\"n\":1", "\"huge\":1e1000", "\"long\":" + digits);
    String events = story.profile("user_id:u1", "events").text();
    assertThat(events)
        .contains("\"message_id\":\"17\"")
        .contains("\"properties\":{\"v\":1e99999999999}");

    String[] command = {"profile", "get", "user_id:u1", "--space", story.space(), "--json"};
    String printed = story.instance().command(directory, command);
    assertThat(printed)
        .contains("\"n\":1", "\"huge\":1e1000", "\"long\":" + digits)
        .contains("\"far\":1e20000", "\"fine\":" + fraction);
  }

  @Test
  @Tag("A-25")
  void pagesOfAnyOriginMaySendAndBodiesMayBeGzip() {
    HttpResponse<String> preflight =
        raw.send(
            "OPTIONS",
            "/v1/t",
            new byte[0],
            "Origin",
            "https://shop.example",
            "Access-Control-Request-Method",
            "POST",
            "Access-Control-Request-Headers",
            "authorization,x-retry-count");
    assertThat(preflight.statusCode()).isBetween(200, 204);
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers"))
        .contains("authorization,x-retry-count");
    String batch = TrackingStory.quoted("{'batch':[{'type':'track','userId':'u1','event':'E'}]}");

    HttpResponse<String> answer = told.gzipped("/v1/batch", batch);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
    HttpResponse<String> refused = raw.post("/v1/t", "{}", "Authorization", basic("nope:"));
    assertThat(refused.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
    assertThat(refused.headers().firstValue("Access-Control-Expose-Headers").orElse(""))
        .contains("Retry-After");
    story.flush();
    assertThat(story.value("u1", "n")).isEqualTo("1");
  }

  @Test
  @Tag("A-26")
  void nullTakesATraitAwayAndAnEmptyTextIsAValue() {
    story.send("identify", json("{'userId':'u1','traits':{'plan':'a','tier':'b'}}"), story.start());
    story.send(
        "identify",
        json("{'userId':'u1','traits':{'plan':null,'tier':''}}"),
        story.after(Duration.ofSeconds(1)));
    story.flush();
    assertThat(story.traits("u1").has("plan")).isFalse();
    assertThat(story.value("u1", "tier")).isEqualTo("\"\"");
  }

  @Test
  @Tag("A-27")
  void aLateIdentifyDoesNotOverwrite() {
    Instant ten = story.start().minus(Duration.ofHours(2));
    story.send("identify", json("{'userId':'u1','traits':{'plan':'b'}}"), ten);
    story.send(
        "identify", json("{'userId':'u1','traits':{'plan':'a'}}"), ten.minus(Duration.ofHours(1)));
    story.flush();
    assertThat(story.value("u1", "plan")).isEqualTo("\"b\"");
  }

  @Test
  @Tag("A-28")
  void theContextOfATrackCallWritesNoTraits() {
    story.identify("u1", "{'plan':'a'}");
    told.send("track", "{'userId':'u1','event':'E','context':{'traits':{'plan':'x','new':1}}}");
    story.flush();
    assertThat(story.value("u1", "plan")).isEqualTo("\"a\"");
    assertThat(story.traits("u1").has("new")).isFalse();
    assertThat(story.value("u1", "n")).isEqualTo("1");
  }

  @Test
  @Tag("A-29")
  void pagesAndScreensHaveNamesOfTheirOwn() {
    story.trait(
        "{'key':'pricing','type':'event_counter','event':'Page Viewed',"
            + "'conditions':{'all':[{'property':'page_name','op':'equals','value':'Pricing'}]}}");
    story.trait(
        "{'key':'cart','type':'event_counter','event':'Screen Viewed',"
            + "'conditions':{'all':[{'property':'screen_name','op':'equals','value':'Cart'}]}}");
    told.send("page", "{'userId':'u1','name':'Pricing','properties':{'x':1}}");
    told.send("page", "{'userId':'u1','name':'Home'}");
    told.send("screen", "{'userId':'u1','name':'Cart'}");
    story.flush();
    assertThat(story.value("u1", "pricing")).isEqualTo("1");
    assertThat(story.value("u1", "cart")).isEqualTo("1");
  }

  @Test
  @Tag("A-30")
  void anIdentifyHasFewerThan300Traits() {
    told.send("identify", "{'userId':'u1','traits':{" + traits(300) + "}}");
    told.send("identify", "{'userId':'u2','traits':{" + traits(299) + "}}");
    story.flush();
    assertThat(told.codes()).containsExactly("too_many_traits");
    assertThat(told.rejected().get(0).path("message").asText()).contains("300");
    assertThat(story.profile("user_id:u1", "traits").status()).isEqualTo(404);
    JsonNode kept = story.profile("user_id:u2", "traits?include=t0,t298").expect(200);
    assertThat(kept.path("traits")).isEqualTo(json("{'t0':0,'t298':298}"));
  }

  @Test
  @Tag("A-30")
  void aProfileHasAtMost10000CustomTraitKeysAndTheRestOfACallIsTaken() {
    ArrayNode calls = JsonNodeFactory.instance.arrayNode();
    for (int from = 0; from < 10_000; from += 250) {
      StringJoiner traits = new StringJoiner(",");
      for (int key = from; key < from + 250; key++) {
        traits.add("'k" + key + "':" + key);
      }
      calls.add(identify("many-" + from, traits.toString()));
    }
    // Of calls received in one millisecond the greatest messageId is the newest.
    calls.add(identify("newer", "'k7':'new','k8':null,'more':1"));
    story.batch(calls);
    story.flush();
    JsonNode shown = story.profile("user_id:u1", "traits?include=k7,k8,k9,more,k9999").expect(200);
    assertThat(shown.path("traits")).isEqualTo(json("{'k7':'new','k9':9,'k9999':9999}"));
    JsonNode page = story.profile("user_id:u1", "traits?limit=200&next=k9").expect(200);
    assertThat(page.path("traits")).hasSize(200);
    assertThat(told.codes()).containsExactly("too_many_trait_keys");
    JsonNode status = story.instance().admin("GET", "/admin/status", null).expect(200);
    assertThat(status.path("counts").path("refused.too_many_trait_keys/" + story.space() + "/web"))
        .hasToString("1");
    assertThat(told.rejected().get(0).path("message").asText()).contains("10000").endsWith("more");
  }

  private static ObjectNode identify(String messageId, String traits) {
    String members = "'type':'identify','userId':'u1','messageId':'" + messageId + "'";
    return (ObjectNode) json("{" + members + ",'traits':{" + traits + "}}");
  }

  @Test
  @Tag("A-31")
  void theProductsOfAnOrderCanBeCalculatedWith() {
    story.trait(
        "{'key':'spent','type':'aggregation','aggregation':'sum','event':'Order Completed',"
            + "'property':'products.$.price'}");
    told.send(
        "track",
        "{'userId':'u1','event':'Order Completed','properties':{'products':[{'price':10.25},"
            + "{'price':5}]}}");
    story.flush();
    assertThat(story.value("u1", "spent")).isEqualTo("15.25");
  }

  @Test
  void anAliasToItselfDoesNoHarm() {
    story.track("u1", "E", "{}");
    told.send("alias", "{'userId':'u1','previousId':'u1'}");
    story.flush();
    assertThat(story.value("u1", "n")).isEqualTo("1");
    assertThat(told.codes()).isEmpty();
  }

  private static String timed(Instant timestamp, Instant sentAt) {
    return "{'userId':'u1','event':'E','timestamp':'%s','sentAt':'%s'}"
        .formatted(timestamp, sentAt);
  }

  private static String traits(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "'t" + i + "':" + i)
        .collect(Collectors.joining(","));
  }
}
