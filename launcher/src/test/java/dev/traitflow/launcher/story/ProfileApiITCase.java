package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.launcher.story.TestInstance.Answer;
import dev.traitflow.server.log.LogToken;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Reading profiles over HTTP: addresses, parameters, pages and refusals of the Profile API. */
class ProfileApiITCase {

  private static ObjectNode call(String text) {
    return (ObjectNode) Story.json(text);
  }

  private static void isRefused(Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.json().at("/error/code").asText()).isEqualTo(code);
    assertThat(answer.json().at("/error/message").asText()).isNotEmpty();
  }

  private static List<String> events(Story story, String parameters) {
    return story
        .profile("user_id:u1", "events" + parameters)
        .expect(200)
        .path("data")
        .findValuesAsText("event");
  }

  @Test
  void K01_traitsByAnyId() {
    Story story =
        new Story(
            "{'identity':{'identifiers':[{'type':'user_id','limit':1},{'type':'email','limit':5},"
                + "{'type':'anonymous_id','limit':5},{'type':'crm_id','limit':5}]}}");
    ObjectNode identify =
        call(
            "{'userId':'U-1','anonymousId':'anon-1','traits':{'email':'Ada@X.io','plan':'pro'},"
                + "'context':{'externalIds':[{'id':'C:7:8','type':'crm_id','collection':'users',"
                + "'encoding':'none'}]}}");
    story.send("identify", identify, story.start());
    story.flush();

    JsonNode traits = story.profile("user_id:U-1", "traits").expect(200);
    assertThat(traits.at("/traits/plan").asText()).isEqualTo("pro");
    String profile = traits.at("/cursor/url").asText().replaceFirst(".*/(use_[^/]+)/.*", "$1");
    for (String id :
        List.of(
            "email:ada@x.io",
            "email:ADA@x.IO",
            "anonymous_id:anon-1",
            "crm_id:C:7:8",
            "segment_id:" + profile,
            profile)) {
      assertThat(story.profile(id, "traits").expect(200)).as(id).isEqualTo(traits);
    }
    String alias = "/v1/namespaces/" + story.space() + "/collections/users/profiles/user_id:U-1";
    assertThat(story.basic("GET", alias + "/traits", "").expect(200)).isEqualTo(traits);
    isRefused(story.profile("user_id:u-1", "traits"), 404, "not_found");
  }

  @Test
  void K02_auth() {
    Story story = new Story();
    Story other = new Story();
    story.identify("u1", "{'plan':'pro'}");
    story.flush();
    String path =
        "/v1/spaces/" + story.space() + "/collections/users/profiles/user_id:u1/traits?limit=x";

    for (String token : List.of("", "wrong", "tk-" + other.space(), "wk-" + story.space())) {
      isRefused(story.instance().basic("GET", path, token, ""), 401, "authentication_error");
    }
    isRefused(story.basic("GET", path, ""), 400, "invalid_request_error");
    String nobody = path.replace(":u1", ":nobody");
    isRefused(story.instance().basic("GET", nobody, "wrong", ""), 401, "authentication_error");
    String broken = path.replace(":u1", ":%zz");
    isRefused(story.instance().raw("GET", broken, "wrong"), 401, "authentication_error");
    isRefused(story.raw(broken), 400, "validation_error");
  }

  @Test
  void K03_notFound() {
    Story story = new Story();
    story.identify("u1", "{'plan':'pro'}");
    story.track("-1", "Blocked", "{}");
    story.flush();

    for (String id : List.of("user_id:nobody", "user_id:-1", "use_nobody", "email:u1")) {
      for (String leaf : List.of("traits", "external_ids", "events", "metadata", "links")) {
        Answer answer = story.profile(id, leaf);
        assertThat(answer.status()).as(id + " " + leaf).isEqualTo(404);
        assertThat(answer.text())
            .isEqualTo(
                "{\"error\":{\"code\":\"not_found\",\"message\":\"Profile was not found.\"}}");
      }
    }
    isRefused(story.profile("nocolon", "traits"), 400, "validation_error");
    isRefused(story.read("use!rs", "user_id:u1", "traits"), 400, "validation_error");
    assertThat(story.read("use!rs", "user_id:u1", "traits").json().at("/error/message").asText())
        .isEqualTo("The parameter `collection` has invalid character(s) `!`");
  }

  @Test
  void K04_limit() {
    Story story = new Story();
    story.identify("u1", traits(205).toString());
    story.flush();

    JsonNode page = story.profile("user_id:u1", "traits").expect(200);
    assertThat(page.path("traits")).hasSize(10);
    assertThat(page.at("/cursor/limit").asInt()).isEqualTo(10);
    assertThat(story.profile("user_id:u1", "traits?limit=200").expect(200).path("traits"))
        .hasSize(200);
    for (String bad : List.of("201", "0", "-1", "x", "", "1.5")) {
      isRefused(story.profile("user_id:u1", "traits?limit=" + bad), 400, "invalid_request_error");
    }
    for (String leaf : List.of("external_ids", "events")) {
      JsonNode answer = story.profile("user_id:u1", leaf).expect(200);
      assertThat(answer.at("/cursor/limit").asInt()).isEqualTo(10);
      story.profile("user_id:u1", leaf + "?limit=100").expect(200);
      isRefused(story.profile("user_id:u1", leaf + "?limit=101"), 400, "invalid_request_error");
    }
  }

  private static ObjectNode traits(int count) {
    ObjectNode traits = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < count; i++) {
      traits.put("t" + (1_000 + i), i);
    }
    return traits;
  }

  @Test
  void K05_include() {
    Story story = new Story();
    story.identify("u1", "{'a':1,'A':2,'b':3,'c':4}");
    story.flush();

    assertThat(shown(story, "?include=a,b")).isEqualTo("{\"a\":1,\"b\":3}");
    assertThat(shown(story, "?include=a,none")).isEqualTo("{\"a\":1}");
    assertThat(shown(story, "?include=none")).isEqualTo("{}");
    assertThat(shown(story, "?exclude=a,b")).isEqualTo("{\"A\":2,\"c\":4}");
    assertThat(shown(story, "?include=a,b,c&exclude=b")).isEqualTo("{\"a\":1,\"c\":4}");
  }

  private static String shown(Story story, String parameters) {
    return story.profile("user_id:u1", "traits" + parameters).expect(200).path("traits").toString();
  }

  @Test
  void K06_class() {
    Story story =
        new Story(
            "{'traits':[{'key':'logins','type':'event_counter','event':'Login'}],"
                + "'audiences':[{'key':'active','root':{'all':[{'trait':'logins',"
                + "'op':'greater_than','value':0}]}}]}");
    story.identify("u1", "{'plan':'pro'}");
    story.track("u1", "Login", "{}");
    story.flush();

    assertThat(shown(story, "?class=audience")).isEqualTo("{\"active\":true}");
    assertThat(shown(story, "?class=computed_trait")).isEqualTo("{\"logins\":1}");
    assertThat(shown(story, "")).isEqualTo("{\"active\":true,\"logins\":1,\"plan\":\"pro\"}");
    isRefused(story.profile("user_id:u1", "traits?class=x"), 400, "invalid_request_error");
  }

  @Test
  void K07_verbose() {
    Story story = new Story();
    story.identify("u1", "{'plan':'pro'}");
    story.flush();

    JsonNode plan =
        story.profile("user_id:u1", "traits?verbose=true").expect(200).at("/traits/plan");
    assertThat(plan.size()).isEqualTo(3);
    assertThat(plan.path("value").asText()).isEqualTo("pro");
    assertThat(plan.path("source_id").asText()).isEqualTo("web");
    assertThat(Instant.parse(plan.path("updated_at").asText())).isEqualTo(story.start());
  }

  @Test
  void K08_cursor() {
    Story story = new Story();
    story.identify("u1", traits(25).toString());
    story.flush();

    List<Integer> sizes = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    String next = "";
    JsonNode page;
    do {
      page = story.profile("user_id:u1", "traits?limit=10&next=" + next).expect(200);
      sizes.add(page.path("traits").size());
      page.path("traits").fieldNames().forEachRemaining(keys::add);
      next = page.at("/cursor/next").asText();
    } while (page.at("/cursor/has_more").asBoolean());
    assertThat(sizes).containsExactly(10, 10, 5);
    assertThat(keys).isSorted().doesNotHaveDuplicates().hasSize(25);
    assertThat(next).isEmpty();
    JsonNode first = story.profile("user_id:u1", "traits?limit=10").expect(200);
    assertThat(first.at("/cursor/next").asText()).isEqualTo("t1010");
  }

  @Test
  void K09_eventsFilters() {
    Story story = new Story();
    for (int hour = 1; hour <= 4; hour++) {
      story.track("u1", "E" + hour, "{'n':" + hour + "}", story.after(Duration.ofHours(hour - 5)));
    }
    story.flush();

    assertThat(events(story, "")).containsExactly("E4", "E3", "E2", "E1");
    assertThat(events(story, "?sort=asc")).containsExactly("E1", "E2", "E3", "E4");
    assertThat(events(story, "?include=E1,E2")).containsExactly("E2", "E1");
    assertThat(events(story, "?exclude=E1,E2")).containsExactly("E4", "E3");
    assertThat(events(story, "?include=E1,E2&exclude=E2")).containsExactly("E1");
    String start = story.after(Duration.ofHours(-3)).toString();
    String end = story.after(Duration.ofHours(-1)).toString();
    assertThat(events(story, "?start=" + start + "&end=" + end)).containsExactly("E3", "E2");
    assertThat(events(story, "?start=" + start.replace("Z", "+00:00"))).hasSize(3);
    String date = story.start().toString().substring(0, 10);
    assertThat(events(story, "?end=" + date))
        .hasSizeBetween(0, 4)
        .isEqualTo(events(story, "?end=" + date + "T00:00:00Z"));
    isRefused(story.profile("user_id:u1", "events?sort=up"), 400, "invalid_request_error");
    isRefused(story.profile("user_id:u1", "events?start=soon"), 400, "invalid_request_error");

    JsonNode event = story.profile("user_id:u1", "events?limit=1").expect(200).at("/data/0");
    assertThat(event.path("type").asText()).isEqualTo("track");
    assertThat(event.path("properties").toString()).isEqualTo("{\"n\":4}");
    assertThat(event.path("source_id").asText()).isEqualTo("web");
    assertThat(event.at("/external_ids/0").toString())
        .isEqualTo(
            "{\"collection\":\"users\",\"type\":\"user_id\",\"id\":\"u1\",\"encoding\":\"none\"}");
    assertThat(event.at("/related/users").asText()).startsWith("use_");
  }

  @Test
  void aCursorNeitherSkipsNorRepeatsWhileEventsArrive() {
    Story story = new Story();
    for (int minute = 1; minute <= 6; minute++) {
      story.track("u1", "E" + minute, "{}", story.after(Duration.ofMinutes(minute - 10)));
    }
    story.flush();
    JsonNode first = story.profile("user_id:u1", "events?limit=3").expect(200);
    String next = "?limit=3&next=" + first.at("/cursor/next").asText();

    story.track("u1", "Newer", "{}", story.after(Duration.ofMinutes(-1)));
    story.flush();

    assertThat(first.path("data").findValuesAsText("event")).containsExactly("E6", "E5", "E4");
    assertThat(events(story, next)).containsExactly("E3", "E2", "E1");
    assertThat(events(story, "?limit=1")).containsExactly("Newer");
  }

  @Test
  void K10_fourteenDays() {
    for (String limits : List.of("vendor", "none")) {
      Story story = new Story("{'limits':'" + limits + "'}");
      story.track("u1", "Old", "{}", story.after(Duration.ofDays(-15)));
      story.track("u1", "New", "{}", story.after(Duration.ofDays(-13)));
      story.flush();

      boolean all = limits.equals("none");
      assertThat(events(story, "")).hasSize(all ? 2 : 1).contains("New");
      assertThat(events(story, "?history=full")).containsExactly("New", "Old");
      String before = "?end=" + story.after(Duration.ofDays(-14));
      assertThat(events(story, before)).hasSize(all ? 1 : 0);
      isRefused(story.profile("user_id:u1", "events?history=x"), 400, "invalid_request_error");
    }
  }

  @Test
  void K11_externalIds() {
    Story story = new Story();
    String first =
        story.send(
            "identify",
            call("{'userId':'u1','anonymousId':'a1','traits':{}}"),
            story.after(Duration.ofMinutes(-2)));
    String second =
        story.send(
            "identify",
            call("{'userId':'u1','traits':{'email':'a@x.io'}}"),
            story.after(Duration.ofMinutes(-1)));
    story.flush();

    JsonNode answer = story.profile("user_id:u1", "external_ids").expect(200);
    assertThat(answer.path("data").findValuesAsText("type"))
        .containsExactly("anonymous_id", "user_id", "email");
    assertThat(answer.path("data").findValuesAsText("first_message_id"))
        .containsExactly(first, first, second);
    JsonNode email = answer.at("/data/2");
    List<String> fields = new ArrayList<>();
    email.fieldNames().forEachRemaining(fields::add);
    assertThat(fields)
        .containsExactlyInAnyOrder(
            "source_id", "collection", "id", "type", "created_at", "encoding", "first_message_id");
    assertThat(email.path("collection").asText()).isEqualTo("users");
    assertThat(email.path("source_id").asText()).isEqualTo("web");
    assertThat(email.path("encoding").asText()).isEqualTo("none");
    assertThat(Instant.parse(email.path("created_at").asText()))
        .isEqualTo(story.after(Duration.ofMinutes(-1)));
    assertThat(answer.at("/cursor/limit").asInt()).isEqualTo(10);
    JsonNode phone = story.profile("user_id:u1", "external_ids?include=phone").expect(200);
    assertThat(phone.path("data").isArray()).isTrue();
    assertThat(phone.path("data")).isEmpty();
  }

  @Test
  void K12_metadata() {
    Story story = new Story();
    String late =
        story.send("track", call("{'userId':'u1','event':'B'}"), story.after(Duration.ofDays(-1)));
    String early =
        story.send("track", call("{'userId':'u1','event':'A'}"), story.after(Duration.ofDays(-3)));
    story.flush();

    JsonNode metadata = story.profile("user_id:u1", "metadata").expect(200).path("metadata");
    assertThat(Instant.parse(metadata.path("created_at").asText()))
        .isEqualTo(story.after(Duration.ofDays(-3)));
    assertThat(Instant.parse(metadata.path("updated_at").asText()))
        .isEqualTo(story.after(Duration.ofDays(-1)));
    assertThat(metadata.path("expires_at").isNull()).isTrue();
    assertThat(metadata.path("first_message_id").asText()).isEqualTo(early);
    assertThat(metadata.path("last_message_id").asText()).isEqualTo(late);
    assertThat(metadata.path("first_source_id").asText()).isEqualTo("web");
    assertThat(metadata.path("last_source_id").asText()).isEqualTo("web");
    assertThat(metadata.has("segment_id")).isFalse();
    JsonNode verbose =
        story.profile("user_id:u1", "metadata?verbose=true").expect(200).path("metadata");
    assertThat(verbose.path("segment_id").asText()).startsWith("use_");
    assertThat(verbose.path("merged_from").isArray()).isTrue();
  }

  @Test
  void K14_accountsCollection() {
    Story story = new Story();
    story.send(
        "group",
        call("{'userId':'u1','groupId':'g1','traits':{'industry':'Tech'}}"),
        story.start());
    story.flush();

    JsonNode traits = story.read("accounts", "group_id:g1", "traits").expect(200);
    assertThat(traits.at("/traits/industry").asText()).isEqualTo("Tech");
    String url = traits.at("/cursor/url").asText();
    assertThat(url).contains("/collections/accounts/profiles/acc_");
    String account = url.replaceFirst(".*/(acc_[^/]+)/.*", "$1");
    assertThat(story.read("accounts", account, "traits").expect(200)).isEqualTo(traits);
    JsonNode ids = story.read("accounts", "group_id:g1", "external_ids").expect(200);
    assertThat(ids.at("/data/0/collection").asText()).isEqualTo("accounts");
    isRefused(story.read("users", "group_id:g1", "traits"), 404, "not_found");
    isRefused(story.read("accounts", "user_id:u1", "traits"), 404, "not_found");
  }

  @Test
  void K15_plusSign() {
    Story story =
        new Story(
            "{'identity':{'identifiers':[{'type':'user_id','limit':1},{'type':'phone','limit':5}]}}");
    ObjectNode identify =
        call(
            "{'userId':'u1','traits':{'phone':'+4912345'},'context':{'externalIds':["
                + "{'id':'+4912345','type':'phone','collection':'users','encoding':'none'}]}}");
    story.send("identify", identify, story.start());
    story.identify("u+2", "{'plan':'pro'}");
    story.flush();

    String users = "/v1/spaces/" + story.space() + "/collections/users/profiles/";
    for (String id : List.of("phone:%2B4912345", "phone:+4912345", "phone%3A%2b4912345")) {
      JsonNode traits = story.basic("GET", users + id + "/traits", "").expect(200);
      assertThat(traits.at("/traits/phone").asText()).as(id).isEqualTo("+4912345");
    }
    assertThat(story.basic("GET", users + "phone:%204912345/traits", "").status()).isEqualTo(404);
    story.basic("GET", users + "user_id:u%2B2/traits", "").expect(200);
  }

  @Test
  void K16_requestIdAndNoCors() {
    Story story = new Story();
    story.identify("u1", "{'plan':'pro'}");
    story.flush();

    List<String> ids = new ArrayList<>();
    for (String id : List.of("user_id:u1", "user_id:nobody", "nocolon", "user_id:%25")) {
      Answer answer = story.profile(id, "traits");
      ids.add(answer.header("Request-Id"));
      assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
      assertThat(answer.header("Content-Type")).startsWith("application/json");
      assertThat(answer.header("X-Traitflow-As-Of")).endsWith("Z");
      assertThat(answer.headers().keySet())
          .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control"));
    }
    assertThat(ids).doesNotContain("").doesNotHaveDuplicates();
    String path = "/v1/spaces/" + story.space() + "/collections/users/profiles/user_id:u1/traits";
    Answer preflight = story.instance().basic("OPTIONS", path, "tk-" + story.space(), "");
    assertThat(preflight.status()).isEqualTo(405);
    assertThat(preflight.headers().keySet())
        .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control"));
    Answer refused = story.instance().basic("GET", path, "wrong", "");
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.header("Request-Id")).isNotEmpty();
    assertThat(refused.header("X-Traitflow-As-Of")).isNotEmpty();
  }

  @Test
  void K17_rate() {
    Story story = new Story("{'limits':'vendor'}");
    Story free = new Story();
    story.identify("u1", "{'plan':'pro'}");
    free.identify("u1", "{'plan':'pro'}");
    story.flush();

    // By the machine's clock a slow machine may take more than a second for 101 requests.
    Answer refused = null;
    for (int burst = 0; burst < 20 && refused == null; burst++) {
      List<Answer> answers = story.profilesAtOnce("user_id:u1", "traits", 150);
      assertThat(answers).allMatch(each -> each.status() == 200 || each.status() == 429);
      refused = answers.stream().filter(each -> each.status() == 429).findFirst().orElse(null);
    }
    assertThat(refused).as("150 requests at once, 20 times").isNotNull();
    isRefused(Objects.requireNonNull(refused), 429, "rate_limit_error");
    assertThat(Integer.parseInt(refused.header("Retry-After"))).isPositive();
    assertThat(free.profilesAtOnce("user_id:u1", "traits", 150))
        .allMatch(each -> each.status() == 200);
  }

  @Test
  void K18_mergedProfile() {
    Story story = new Story("{'traits':[{'key':'views','type':'event_counter','event':'View'}]}");
    story.send("track", call("{'anonymousId':'a1','event':'View'}"), story.start());
    story.track("u1", "View", "{}");
    story.flush();
    String anonymous = profileOf(story, "anonymous_id:a1");
    String known = profileOf(story, "user_id:u1");
    assertThat(anonymous).isNotEqualTo(known);

    story.send("identify", call("{'userId':'u1','anonymousId':'a1'}"), story.start());
    story.flush();

    JsonNode answer = story.profile("user_id:u1", "traits").expect(200);
    assertThat(answer.at("/traits/views").asInt()).isEqualTo(2);
    for (String id : List.of("anonymous_id:a1", anonymous, known, "segment_id:" + anonymous)) {
      assertThat(story.profile(id, "traits").expect(200)).as(id).isEqualTo(answer);
    }
    assertThat(events(story, "")).hasSize(2);
    JsonNode metadata =
        story.profile("user_id:u1", "metadata?verbose=true").expect(200).path("metadata");
    assertThat(metadata.path("merged_from")).hasSize(1);
    assertThat(List.of(anonymous, known))
        .contains(metadata.at("/merged_from/0").asText(), metadata.path("segment_id").asText());
  }

  private static String profileOf(Story story, String id) {
    return story
        .profile(id, "metadata?verbose=true")
        .expect(200)
        .at("/metadata/segment_id")
        .asText();
  }

  @Test
  void K20_oddCharacters() {
    Story story = new Story();
    List<String> odd =
        List.of(
            "a/b c", "a:b", "100%", "q?x=1&y#z", "Grüße 😀", "a;b=c", "tab\there", "..", "a\\\"b");
    odd.forEach(id -> story.identify(id, "{'is':'here'}"));
    story.flush();

    for (String id : odd) {
      JsonNode traits = story.profile("user_id:" + id, "traits").expect(200);
      assertThat(traits.at("/traits/is").asText()).as(id).isEqualTo("here");
    }
    String users = "/v1/spaces/" + story.space() + "/collections/users/profiles/";
    String utf8 = new String("Grüße".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    Answer unescaped = story.raw(users + "user_id:" + utf8 + "%20%F0%9F%98%80/traits");
    assertThat(unescaped.expect(200).at("/traits/is").asText()).isEqualTo("here");
    assertThat(story.raw(users + "user_id:a;b=c/traits").status()).isEqualTo(200);
    for (String raw :
        List.of(
            "user_id:\u00ff\u00fe",
            "user_id:a%2Fb%20d",
            "user_id:%00",
            "user_id:",
            ":",
            "%3A",
            "user_id:%F0%9F%98",
            "user_id:%",
            "user_id:%e",
            "user_id:%GG",
            "user_id:%C0%AF",
            "user_id:a//b",
            "user_id:%ED%A0%80",
            "x".repeat(3_000) + ":y",
            "user_id:" + "%2F".repeat(2_000),
            "segment_id:",
            "segment_id:use_%2F..%2F",
            "use_%00~7")) {
      for (String leaf : List.of("/traits", "/events?next=%FF", "/links?next=%00", "")) {
        Answer answer = story.raw(users + raw + leaf);
        assertThat(answer.status()).as(raw + leaf + " " + answer.text()).isIn(400, 404);
        assertThat(answer.json().at("/error/code").asText()).isNotEmpty();
      }
    }
  }

  @Test
  void K21_bulkRead() {
    Story story = new Story();
    story.identify("u1", "{'plan':'pro'}");
    story.identify("u2", "{'plan':'free','email':'b@x.io'}");
    story.flush();
    String users = "/v1/spaces/" + story.space() + "/collections/users/";

    for (String route : List.of("profiles/bulk", "profiles:batch")) {
      String body = "{'ids':['user_id:u1','user_id:nobody','email:B@x.io']}";
      JsonNode data = story.basic("POST", users + route, body).expect(200).path("data");
      assertThat(data.findValuesAsText("status")).containsExactly("200", "404", "200");
      assertThat(data.at("/0/id").asText()).isEqualTo("user_id:u1");
      assertThat(data.at("/0/traits/plan").asText()).isEqualTo("pro");
      assertThat(data.at("/1/error/code").asText()).isEqualTo("not_found");
      assertThat(data.at("/2/traits/plan").asText()).isEqualTo("free");
      assertThat(data.at("/2/external_ids").findValuesAsText("id")).contains("u2", "b@x.io");

      ArrayNode ids = JsonNodeFactory.instance.arrayNode();
      for (int i = 0; i < 101; i++) {
        ids.add("user_id:u" + i);
      }
      isRefused(
          story.basic("POST", users + route, "{'ids':" + ids + "}"), 400, "invalid_request_error");
      ids.remove(0);
      JsonNode hundred = story.basic("POST", users + route, "{'ids':" + ids + "}").expect(200);
      assertThat(hundred.path("data")).hasSize(100);
      for (String bad : List.of("{}", "{'ids':[]}", "{'ids':'user_id:u1'}", "{'ids':[1]}")) {
        isRefused(story.basic("POST", users + route, bad), 400, "invalid_request_error");
      }
      JsonNode odd = story.basic("POST", users + route, "{'ids':['u1']}").expect(200);
      assertThat(odd.at("/data/0/status").asInt()).isEqualTo(400);
      assertThat(story.basic("GET", users + route, "").status()).isIn(400, 405);
    }
  }

  @Test
  void deletesAnIdentifierOrSaysWhyNot() {
    Story story = new Story();
    Story closed = new Story("{'identifier_deletion':false}");
    story.identify("u1", "{'email':'old@x.io','plan':'pro'}");
    story.flush();
    String leaf = "external_ids/delete";

    isRefused(
        delete(story, "user_id:u1", "[{'id':'g1','type':'group_id'}]"),
        400,
        "unsupported_eid_type");
    isRefused(
        delete(story, "email:old@x.io", "[{'id':'u1','type':'user_id'}]"), 400, "bad_request");
    isRefused(delete(story, "user_id:u1", "[{'id':'u1','type':'user_id'}]"), 400, "bad_request");
    isRefused(delete(story, "user_id:u1", "[]"), 400, "bad_request");
    isRefused(
        delete(story, "user_id:u1", "[{'id':'a','type':'email'},{'id':'b','type':'email'}]"),
        400,
        "bad_request");
    isRefused(
        delete(story, "user_id:u1", "[{'id':'new@x.io','type':'email'}]"), 404, "eid_not_found");
    isRefused(delete(story, "user_id:u9", "[{'id':'old@x.io','type':'email'}]"), 404, "not_found");
    isRefused(delete(closed, "user_id:u1", "[{'id':'old@x.io','type':'email'}]"), 403, "forbidden");
    String users = "/v1/spaces/" + story.space() + "/collections/users/profiles/";
    isRefused(story.basic("POST", users + leaf, "{}"), 400, "bad_request");
    isRefused(
        story.instance().basic("POST", users + "user_id:u1/" + leaf, "wrong", "{}"),
        401,
        "unauthorized");

    JsonNode answer = delete(story, "user_id:u1", "[{'id':'OLD@x.io','type':'email'}]").expect(200);
    assertThat(answer.path("code").asText()).isEqualTo("success");
    assertThat(answer.path("message").asText()).isEqualTo("External identifier has been deleted.");
    story.flush();
    isRefused(story.profile("email:old@x.io", "traits"), 404, "not_found");
    assertThat(story.value("u1", "plan")).isEqualTo("\"pro\"");
  }

  @Test
  void aReadSeesTheWriteWhoseTokenItCarries() {
    Story story = new Story("{'traits':[{'key':'n','type':'event_counter','event':'E'}]}");
    Instant before = story.instance().now();
    for (int i = 1; i <= 20; i++) {
      String token =
          story.sendForToken(
              "track",
              call("{'userId':'u1','event':'E','messageId':'" + story.space() + i + "'}"),
              story.start());
      JsonNode answer = story.profile("user_id:u1", "traits?after=" + token).expect(200);
      assertThat(answer.at("/traits/n").asInt()).isEqualTo(i);
    }
    // The same call again changes nothing, and a read must not hang on it.
    String nothing =
        story.sendForToken(
            "track",
            call("{'userId':'u1','event':'E','messageId':'" + story.space() + "1'}"),
            story.start());
    assertThat(story.profile("user_id:u1", "traits?after=" + nothing).expect(200).at("/traits/n"))
        .hasToString("20");
    story.sendForToken(
        "track",
        call("{'anonymousId':'a1','event':'E','messageId':'" + story.space() + "a'}"),
        story.start());
    String merge =
        story.sendForToken(
            "identify",
            call("{'userId':'u1','anonymousId':'a1','messageId':'" + story.space() + "b'}"),
            story.start());
    assertThat(
            story.profile("anonymous_id:a1", "traits?after=" + merge).expect(200).at("/traits/n"))
        .hasToString("21");
    assertThat(story.instance().now()).isEqualTo(before);
  }

  @Test
  void aReadThatWaitsTooLongIsToldHowFreshTheValuesAre() {
    Story story = new Story();
    String token =
        story.sendForToken(
            "identify", call("{'userId':'u1','messageId':'" + story.space() + "'}"), story.start());
    story.flush();
    String ahead = ahead(token);

    Answer answer = story.profile("user_id:u1", "traits?wait=0.2&after=" + ahead);
    assertThat(answer.status()).isEqualTo(504);
    assertThat(answer.json().path("as_of").asText()).endsWith("Z");
    assertThat(answer.json().at("/error/code").asText()).isEqualTo("not_reflected_yet");
    for (String bad :
        List.of("after=x", "after=", "after=" + token + "&wait=61", "after=" + token + "&wait=x")) {
      isRefused(story.profile("user_id:u1", "traits?" + bad), 400, "invalid_request_error");
    }
    isRefused(story.profile("user_id:u2", "traits?after=" + token), 404, "not_found");
    assertThat(story.profilesAtOnce("user_id:u1", "traits?after=" + token, 300))
        .allMatch(each -> each.status() == 200);
  }

  @Test
  void hundredsWaitWithoutHoldingOthersUp() {
    Story story = new Story();
    String token =
        story.sendForToken(
            "identify", call("{'userId':'u1','messageId':'" + story.space() + "'}"), story.start());
    story.flush();
    String ahead = ahead(token);

    CompletableFuture<List<Answer>> waiting =
        CompletableFuture.supplyAsync(
            () -> story.profilesAtOnce("user_id:u1", "traits?wait=4&after=" + ahead, 400));
    long began = System.nanoTime();
    int read = 0;
    while (!waiting.isDone()) {
      story.profile("user_id:u1", "traits").expect(200);
      read++;
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofSeconds(3));
    assertThat(read).isGreaterThan(100);
    assertThat(waiting.join()).hasSize(400).allMatch(answer -> answer.status() == 504);
  }

  /** A token of a record that nobody has written yet. */
  private static String ahead(String token) {
    int partition = LogToken.parse(token).orElseThrow().offsets().firstKey();
    return LogToken.of(partition, 1_000_000_000L).text();
  }

  private static Answer delete(Story story, String id, String list) {
    return story.post(id, "external_ids/delete", "{'delete_external_ids':" + list + "}");
  }
}
