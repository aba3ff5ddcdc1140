package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whose event it is, seen through the doors of the system. */
class IdentityITCase {

  @Test
  @Tag("I-01")
  void theFirstEventMakesAProfile() {
    Story story = new Story();
    identify(story, "{'anonymousId':'a1'}");
    story.flush();
    assertThat(ids(story, "anonymous_id:a1")).containsExactly("anonymous_id:a1");
  }

  @Test
  @Tag("I-02")
  void aKnownIdGainsAnother() {
    Story story = new Story();
    identify(story, "{'anonymousId':'a1'}");
    story.flush();
    String before = segment(story, "anonymous_id:a1");
    identify(story, "{'userId':'u1','anonymousId':'a1'}");
    story.flush();
    assertThat(segment(story, "user_id:u1")).isEqualTo(before);
    assertThat(ids(story, "user_id:u1")).containsExactlyInAnyOrder("anonymous_id:a1", "user_id:u1");
  }

  @Test
  @Tag("I-03")
  void profilesThatShareAnIdMergeIntoTheOlder() {
    Story story = new Story();
    identify(story, "{'userId':'u1','traits':{'email':'e1@x.io'}}", story.start());
    identify(story, "{'anonymousId':'a2'}", story.start().plusMillis(1));
    story.flush();
    String older = segment(story, "user_id:u1");
    identify(story, "{'anonymousId':'a2','traits':{'email':'e1@x.io'}}");
    story.flush();
    assertThat(segment(story, "anonymous_id:a2")).isEqualTo(older);
    assertThat(ids(story, "user_id:u1"))
        .containsExactlyInAnyOrder("user_id:u1", "email:e1@x.io", "anonymous_id:a2");
  }

  @Test
  @Tag("I-04")
  void anOldSegmentIdFindsTheSurvivor() {
    Story story = new Story();
    identify(story, "{'userId':'u1','traits':{'email':'e1@x.io'}}", story.start());
    identify(story, "{'anonymousId':'a2','traits':{'plan':'pro'}}", story.start().plusMillis(1));
    story.flush();
    String merged = segment(story, "anonymous_id:a2");
    identify(story, "{'anonymousId':'a2','traits':{'email':'e1@x.io'}}");
    story.flush();
    JsonNode found = story.profile("segment_id:" + merged, "traits").expect(200);
    assertThat(found.path("traits").path("plan").asText()).isEqualTo("pro");
    assertThat(segment(story, "segment_id:" + merged)).isEqualTo(segment(story, "user_id:u1"));
  }

  @Test
  @Tag("I-05")
  void aDeviceGivesItsIds() {
    Story story = new Story();
    identify(
        story,
        "{'userId':'u1','context':{'device':{'type':'Android','id':'d1','advertisingId':'ad1',"
            + "'adTrackingEnabled':true,'token':'t1'}}}");
    story.flush();
    assertThat(ids(story, "user_id:u1"))
        .containsExactlyInAnyOrder(
            "user_id:u1", "android.id:d1", "android.idfa:ad1", "android.push_token:t1");
  }

  @Test
  @Tag("I-06")
  void anAdvertisingIdNeedsConsentToTracking() {
    Story story = new Story();
    identify(
        story,
        "{'userId':'u1','context':{'device':{'type':'ios','id':'d1','advertisingId':'ad1',"
            + "'adTrackingEnabled':false}}}");
    story.flush();
    assertThat(ids(story, "user_id:u1")).containsExactlyInAnyOrder("user_id:u1", "ios.id:d1");
  }

  @Test
  @Tag("I-07")
  void externalIdsAreLookedUp() {
    Story story = new Story();
    identify(
        story,
        "{'userId':'u1','context':{'externalIds':[{'id':'L1','type':'loyalty_id',"
            + "'collection':'users','encoding':'none'}]}}");
    story.flush();
    assertThat(segment(story, "loyalty_id:L1")).isEqualTo(segment(story, "user_id:u1"));
  }

  @Test
  @Tag("I-09")
  void aCustomKeyIsPromotedInBothSpellings() {
    Story story = new Story(rules("{'type':'app_id','custom_keys':['appId']}"));
    story.track("u1", "Opened", "{'app_id':'x9'}");
    story.flush();
    assertThat(segment(story, "app_id:x9")).isEqualTo(segment(story, "user_id:u1"));
  }

  @Test
  @Tag("I-11")
  void aBlockedValueIsNoId() {
    Story story = new Story();
    identify(story, "{'userId':'anonymous','anonymousId':'a5'}");
    story.flush();
    assertThat(ids(story, "anonymous_id:a5")).containsExactly("anonymous_id:a5");
    assertThat(story.profile("user_id:anonymous", "").status()).isEqualTo(404);
  }

  @Test
  @Tag("I-12")
  void aValueBlockedByAnExpressionIsNoIdButStaysInTheEvent() {
    Story story = new Story();
    ObjectNode call =
        (ObjectNode) Story.json("{'userId':'000-0','anonymousId':'a1','event':'Login'}");
    story.send("track", call, story.start());
    story.flush();
    assertThat(ids(story, "anonymous_id:a1")).containsExactly("anonymous_id:a1");
    assertThat(story.profile("user_id:000-0", "").status()).isEqualTo(404);
    JsonNode event =
        story.profile("anonymous_id:a1", "events?verbose=true").expect(200).path("data").path(0);
    assertThat(event.path("user_id").asText()).isEqualTo("000-0");
  }

  @Test
  @Tag("I-13")
  void theWeakestIdIsDroppedWhereALimitWouldBreak() {
    Story story = new Story();
    identify(story, "{'userId':'u1','traits':{'email':'e1@x.io'}}");
    identify(story, "{'userId':'u2','traits':{'email':'e1@x.io'}}");
    story.flush();
    assertThat(ids(story, "user_id:u2")).containsExactly("user_id:u2");
    assertThat(segment(story, "email:e1@x.io")).isEqualTo(segment(story, "user_id:u1"));
  }

  @Test
  @Tag("I-14")
  void aSharedDeviceStaysWithItsOwner() {
    Story story = new Story("{'traits':[{'key':'logins','type':'event_counter','event':'Login'}]}");
    identify(story, "{'userId':'u1','anonymousId':'a1'}");
    ObjectNode call = (ObjectNode) Story.json("{'userId':'u2','anonymousId':'a1','event':'Login'}");
    story.send("track", call, story.start());
    story.flush();
    assertThat(story.value("u2", "logins")).isEqualTo("1");
    assertThat(story.value("u1", "logins")).isNull();
    assertThat(segment(story, "anonymous_id:a1")).isEqualTo(segment(story, "user_id:u1"));
  }

  @Test
  @Tag("I-15")
  void aTypeAtItsLimitGainsNoMore() {
    Story story = new Story();
    for (int i = 1; i <= 6; i++) {
      identify(story, "{'userId':'u1','anonymousId':'a" + i + "','traits':{'n':" + i + "}}");
    }
    story.flush();
    assertThat(ids(story, "user_id:u1")).hasSize(6).doesNotContain("anonymous_id:a6");
    assertThat(story.value("u1", "n")).isEqualTo("6");
  }

  @Test
  @Tag("I-16")
  void aWindowedLimitCountsItsWindowOnly() {
    Story story = new Story(rules("{'type':'anonymous_id','limit':5,'window':'weekly'}"));
    for (int i = 1; i <= 5; i++) {
      identify(story, "{'userId':'u1','anonymousId':'a" + i + "'}");
    }
    story.moveTo(Duration.ofDays(9));
    identify(story, "{'userId':'u1','anonymousId':'a6'}", story.after(Duration.ofDays(9)));
    story.flush();
    assertThat(ids(story, "user_id:u1")).hasSize(7).contains("anonymous_id:a6");
  }

  @Test
  @Tag("I-18")
  void aHundredMergesAreAll() {
    Story story = new Story(rules("{'type':'anonymous_id','limit':1000}"));
    ArrayNode calls = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i <= 101; i++) {
      calls.add(call(story, "m" + i, "{'anonymousId':'a" + i + "'}"));
    }
    for (int i = 1; i <= 101; i++) {
      calls.add(external(story, "x" + i, "a0", "a" + i));
    }
    story.batch(calls);
    story.flush();
    String survivor = segment(story, "anonymous_id:a0");
    assertThat(segment(story, "anonymous_id:a100")).isEqualTo(survivor);
    assertThat(segment(story, "anonymous_id:a101")).isNotEqualTo(survivor);
  }

  @Test
  @Tag("I-19")
  void aThousandIdsAreAll() {
    Story story = new Story(rules("{'type':'anonymous_id','limit':1000}"));
    for (int from = 1; from <= 1_000; from += 250) {
      ArrayNode calls = JsonNodeFactory.instance.arrayNode();
      for (int i = from; i < from + 250; i++) {
        calls.add(
            call(
                story,
                String.format("m%04d", i),
                "{'userId':'u1','anonymousId':'a" + i + "','traits':{'n':" + i + "}}"));
      }
      story.batch(calls);
    }
    story.flush();
    assertThat(segment(story, "anonymous_id:a999")).isEqualTo(segment(story, "user_id:u1"));
    assertThat(story.profile("anonymous_id:a1000", "").status()).isEqualTo(404);
    assertThat(story.value("u1", "n")).isEqualTo("1000");
  }

  @Test
  @Tag("I-20")
  void theNewestTraitWinsAtAMerge() {
    Story story = new Story();
    Instant ten = story.start();
    identify(story, "{'userId':'u1','traits':{'plan':'free','email':'e1@x.io'}}", ten);
    identify(story, "{'anonymousId':'a1','traits':{'plan':'pro'}}", ten.minusSeconds(3_600));
    identify(story, "{'anonymousId':'a1','traits':{'email':'e1@x.io'}}", ten.plusSeconds(1));
    story.flush();
    assertThat(story.value("u1", "plan")).isEqualTo("\"free\"");
  }

  @Test
  @Tag("I-21")
  void anAliasMergesNothing() {
    Story story = new Story();
    identify(story, "{'anonymousId':'a9'}");
    identify(story, "{'userId':'u9'}");
    ObjectNode alias = (ObjectNode) Story.json("{'previousId':'a9','userId':'u9'}");
    story.send("alias", alias, story.start());
    story.flush();
    assertThat(segment(story, "anonymous_id:a9")).isNotEqualTo(segment(story, "user_id:u9"));
  }

  @Test
  @Tag("I-22")
  void aGroupMakesAnAccountAndALink() {
    Story story = new Story();
    ObjectNode group =
        (ObjectNode) Story.json("{'userId':'u1','groupId':'g1','traits':{'industry':'SW'}}");
    story.send("group", group, story.start());
    story.flush();
    assertThat(story.read("accounts", "group_id:g1", "traits").expect(200).path("traits"))
        .hasToString("{\"industry\":\"SW\"}");
    assertThat(story.profile("user_id:u1", "links").expect(200).toString()).contains("g1");
    assertThat(story.read("accounts", "group_id:g1", "links").expect(200).toString())
        .contains("u1");
    assertThat(story.traits("u1").has("industry")).isFalse();
  }

  @Test
  @Tag("I-24")
  void emailsAreComparedInLowerCase() {
    Story story = new Story();
    identify(story, "{'anonymousId':'a1','traits':{'email':'A@X.io'}}");
    identify(story, "{'anonymousId':'a2','traits':{'email':'a@x.io'}}");
    story.flush();
    assertThat(ids(story, "email:a@x.io"))
        .containsExactlyInAnyOrder("anonymous_id:a1", "anonymous_id:a2", "email:a@x.io");
  }

  @Test
  @Tag("I-28")
  void anIdentifierIsDeletedAndTheProfileStays() {
    Story story = new Story();
    identify(story, "{'userId':'u1','traits':{'email':'e1@x.io','plan':'pro'}}");
    story.flush();
    JsonNode answer = delete(story, "user_id:u1", "e1@x.io", "email").expect(200);
    assertThat(answer.path("code").asText()).isEqualTo("success");
    story.flush();
    assertThat(story.profile("email:e1@x.io", "").status()).isEqualTo(404);
    assertThat(ids(story, "user_id:u1")).containsExactly("user_id:u1");
    assertThat(story.value("u1", "plan")).isEqualTo("\"pro\"");
    identify(story, "{'userId':'u1','traits':{'email':'e1@x.io'}}");
    story.flush();
    assertThat(segment(story, "email:e1@x.io")).isEqualTo(segment(story, "user_id:u1"));
  }

  @Test
  @Tag("I-29")
  void anIdentifierThatCannotBeDeletedIsRefusedByReason() {
    Story story = new Story();
    identify(story, "{'userId':'u1','traits':{'email':'e1@x.io'}}");
    story.flush();
    assertThat(code(delete(story, "user_id:u1", "u1", "user_id"), 400)).isEqualTo("bad_request");
    assertThat(code(delete(story, "email:e1@x.io", "u1", "user_id"), 400)).isEqualTo("bad_request");
    assertThat(code(delete(story, "user_id:u1", "g1", "group_id"), 400))
        .isEqualTo("unsupported_eid_type");
    assertThat(code(delete(story, "user_id:u1", "e2@x.io", "email"), 404))
        .isEqualTo("eid_not_found");
    assertThat(code(delete(story, "user_id:u2", "e1@x.io", "email"), 404)).isEqualTo("not_found");
  }

  private static TestInstance.Answer delete(Story story, String lookup, String id, String type) {
    return story.post(
        lookup,
        "external_ids/delete",
        "{'delete_external_ids':[{'id':'" + id + "','type':'" + type + "'}]}");
  }

  private static String code(TestInstance.Answer answer, int status) {
    assertThat(answer.status()).isEqualTo(status);
    return answer.json().path("error").path("code").asText();
  }

  private static String rules(String rule) {
    return "{'identity':{'identifiers':[" + rule + "]}}";
  }

  private static void identify(Story story, String call) {
    identify(story, call, story.start());
  }

  private static void identify(Story story, String call, Instant timestamp) {
    story.send("identify", Story.json(call), timestamp);
  }

  private static ObjectNode call(Story story, String id, String members) {
    ObjectNode call = (ObjectNode) Story.json(members);
    call.put("type", "identify").put("messageId", story.space() + "-" + id);
    return call.put("timestamp", story.start().toString());
  }

  /** A call with two anonymous ids, one of them as an external id. */
  private static ObjectNode external(Story story, String id, String first, String second) {
    return call(
        story,
        id,
        "{'anonymousId':'"
            + first
            + "','context':{'externalIds':[{'id':'"
            + second
            + "','type':'anonymous_id','collection':'users','encoding':'none'}]}}");
  }

  private static String segment(Story story, String lookup) {
    return story.profile(lookup, "").expect(200).path("segment_id").asText();
  }

  private static List<String> ids(Story story, String lookup) {
    List<String> ids = new ArrayList<>();
    for (JsonNode each : story.profile(lookup, "external_ids?limit=100").expect(200).path("data")) {
      ids.add(each.path("type").asText() + ":" + each.path("id").asText());
    }
    return ids;
  }
}
