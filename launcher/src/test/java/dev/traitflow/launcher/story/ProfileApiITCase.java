package dev.traitflow.launcher.story;

import static dev.traitflow.launcher.story.ProfileAnswers.call;
import static dev.traitflow.launcher.story.ProfileAnswers.events;
import static dev.traitflow.launcher.story.ProfileAnswers.isRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.launcher.story.TestInstance.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Reading profiles over HTTP: addresses, parameters, pages and refusals of the Profile API. */
class ProfileApiITCase {
  @Test
  @Tag("K-01")
  void traitsByAnyId() {
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
  @Tag("K-02")
  void auth() {
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
  @Tag("K-03")
  void notFound() {
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
  @Tag("K-04")
  void limit() {
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
  @Tag("K-05")
  void include() {
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
  @Tag("K-06")
  void byClass() {
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
  @Tag("K-07")
  void verbose() {
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
  @Tag("K-08")
  void cursor() {
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
  @Tag("K-15")
  void plusSign() {
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
  @Tag("K-16")
  void requestIdAndNoCors() {
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
  @Tag("K-17")
  void rate() {
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
  @Tag("K-18")
  void mergedProfile() {
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
  @Tag("K-20")
  void oddCharacters() {
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
  @Tag("K-21")
  void bulkRead() {
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
}
