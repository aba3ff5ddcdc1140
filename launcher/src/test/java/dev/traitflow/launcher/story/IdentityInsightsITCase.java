package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Why identity was decided as it was, and under which rules, seen through HTTP. */
class IdentityInsightsITCase {

  @Test
  @Tag("I-08")
  void anExternalIdWithoutEncodingIsSkippedAndListed() {
    Story story = new Story();
    identify(
        story,
        "{'userId':'u1','messageId':'i08','context':{'externalIds':[{'id':'L1',"
            + "'type':'loyalty_id','collection':'users'}]}}");
    story.flush();
    assertThat(story.profile("loyalty_id:L1", "").status()).isEqualTo(404);
    assertThat(story.profile("user_id:u1", "metadata").status()).isEqualTo(200);
    JsonNode violation = insights(story, "type=violation&identifier=loyalty_id:L1").get(0);
    assertThat(violation.path("message").asText()).isEqualTo("invalid_external_id");
    assertThat(violation.path("message_id").asText()).isEqualTo("i08");
  }

  @Test
  @Tag("I-10")
  void anUnknownTypeAppearsAmongTheRules() {
    Story story = new Story();
    identify(
        story,
        "{'userId':'u1','context':{'externalIds':[{'id':'Z1','type':'zeta_id',"
            + "'collection':'users','encoding':'none'}]}}");
    story.flush();
    List<JsonNode> rules = rules(story);
    JsonNode zeta = rules.get(rules.size() - 1);
    assertThat(zeta.path("type").asText()).isEqualTo("zeta_id");
    assertThat(zeta.path("limit").asInt()).isEqualTo(5);
    assertThat(zeta.path("priority").asInt())
        .isEqualTo(rules.get(rules.size() - 2).path("priority").asInt() + 1);
  }

  @Test
  @Tag("I-17")
  void defaultsHoldWithoutConfiguration() {
    Story story = new Story();
    List<JsonNode> rules = rules(story);
    List<String> types = new ArrayList<>();
    for (JsonNode rule : rules) {
      types.add(rule.path("type").asText());
      int limit = rule.path("type").asText().equals("user_id") ? 1 : 5;
      assertThat(rule.path("limit").asInt()).isEqualTo(limit);
      assertThat(rule.path("window").asText()).isEqualTo("ever");
      assertThat(rule.path("priority").asInt()).isEqualTo(types.size());
    }
    assertThat(types).startsWith("user_id", "email");
    assertThat(types.subList(2, types.size())).isSorted().contains("anonymous_id", "ios.id");
  }

  @Test
  @Tag("I-23")
  void anEmptyGroupIdIsRefusedWithItsReason() {
    Story story = new Story();
    ObjectNode group = (ObjectNode) Story.json("{'userId':'u1','groupId':''}");
    story.send("group", group, story.start());
    story.flush();
    JsonNode rejected = rejected(story).get(0);
    assertThat(rejected.path("code").asText()).isEqualTo("group_id_missing");
    assertThat(rejected.path("message").asText()).contains("groupId");
    assertThat(story.read("accounts", "group_id:", "").status()).isIn(400, 404);
  }

  @Test
  @Tag("I-25")
  void aViolatedLimitIsLoggedWithItsEvent() {
    Story story = new Story();
    identify(story, "{'userId':'u1','traits':{'email':'e1@x.io'}}");
    identify(story, "{'userId':'u2','messageId':'i25','traits':{'email':'e1@x.io'}}");
    story.flush();
    List<JsonNode> found = insights(story, "type=violation");
    assertThat(found).hasSize(1);
    assertThat(found.get(0).path("message").asText()).isEqualTo("Identifier value limit exceeded");
    assertThat(found.get(0).path("message_id").asText()).isEqualTo("i25");
    assertThat(found.get(0).path("rule").asText()).isEqualTo("user_id limit 1");
    assertThat(insights(story, "identifier=email:e1@x.io")).hasSize(2);
    assertThat(insights(story, "type=created")).hasSize(2);
  }

  @Test
  @Tag("I-26")
  void anEventThatNothingIdentifiesIsNotResolved() {
    Story story = new Story();
    identify(story, "{'userId':'null'}");
    story.flush();
    assertThat(story.profile("user_id:null", "").status()).isEqualTo(404);
    assertThat(insights(story, "type=violation"))
        .extracting(each -> each.path("message").asText())
        .containsExactlyInAnyOrder("No matching identifiers on event", "ID value blocked");
    assertThat(rejected(story).get(0).path("message").asText())
        .startsWith("No matching identifiers on event");
  }

  @Test
  @Tag("I-27")
  void aDryRunCountsTheProfilesThatWouldBreakNewRules() {
    Story story = new Story("{'identity':{'identifiers':[{'type':'user_id','limit':2}]}}");
    for (int i = 0; i < 4; i++) {
      identify(story, "{'userId':'u" + i + "','anonymousId':'a" + i + "'}");
      if (i > 0) {
        identify(story, "{'userId':'v" + i + "','anonymousId':'a" + i + "'}");
      }
    }
    story.flush();
    JsonNode answer =
        story
            .config("POST", "/identity/dry-run", "{'identifiers':[{'type':'user_id','limit':1}]}")
            .expect(200);
    assertThat(answer.path("profiles").asInt()).isEqualTo(4);
    assertThat(answer.path("violating").asInt()).isEqualTo(3);
    assertThat(answer.path("violations").path(0).path("type").asText()).isEqualTo("user_id");
    assertThat(answer.path("violations").path(0).path("over_limit").asInt()).isEqualTo(3);
  }

  @Test
  @Tag("I-30")
  void whyTwoIdentifiersAreTwoProfiles() {
    Story story = new Story();
    identify(story, "{'userId':'u1','anonymousId':'a1'}");
    identify(story, "{'userId':'u2','anonymousId':'a1','messageId':'i30'}");
    story.flush();
    JsonNode answer =
        story
            .config(
                "GET", "/identity/why-not-merged?identifier=user_id:u1&identifier=user_id:u2", null)
            .expect(200);
    assertThat(answer.path("merged").asBoolean(true)).isFalse();
    JsonNode refusal = answer.path("refusals").path(0);
    assertThat(refusal.path("message_id").asText()).isEqualTo("i30");
    assertThat(refusal.path("rule").asText()).isEqualTo("user_id limit 1");
    assertThat(refusal.path("identifiers").path(0).path("id").asText()).isEqualTo("a1");
  }

  @Test
  void anOrderThatTheRulesRefuseIsAnsweredWithTheRule() {
    Story story = new Story();
    identify(story, "{'userId':'u1'}");
    identify(story, "{'userId':'u2'}");
    story.flush();
    String order = "{'identifiers':['user_id:u1','user_id:u2']}";
    assertThat(story.config("POST", "/merges", order).expect(409).toString())
        .contains("user_id limit 1");
    story.config("PUT", "/identity", "{'identifiers':[{'type':'user_id','limit':2}]}").expect(200);
    story.config("POST", "/merges", order).expect(202);
    story.flush();
    assertThat(insights(story, "type=merged")).hasSize(1);
  }

  @Test
  void nothingOfADeletedPersonIsLeftInTheLogOfDecisions() {
    Story story = new Story();
    for (int i = 0; i < 5; i++) {
      identify(story, "{'userId':'u1','anonymousId':'a" + i + "'}");
      identify(story, "{'userId':'u2','anonymousId':'a" + i + "'}");
    }
    identify(story, "{'userId':'u3','anonymousId':'b1'}");
    story.config("DELETE", "/profiles/user_id:u1", null).expect(202);
    story.flush();
    assertThat(insights(story, "limit=500"))
        .noneMatch(each -> each.toString().contains("\"u1\""))
        .noneMatch(each -> each.toString().contains("\"a1\""))
        .hasSize(3);
    story
        .post(
            "user_id:u3",
            "external_ids/delete",
            "{'delete_external_ids':[{'type':'anonymous_id','id':'b1'}]}")
        .expect(200);
    story.flush();
    assertThat(insights(story, "type=unmapped").get(0).path("at").asText())
        .isGreaterThanOrEqualTo(story.start().toString().substring(0, 10));
  }

  @Test
  void defaultsBlockWhatProgramsWriteForNobodyUnlessTheVendorsAreChosen() {
    Story story = new Story();
    JsonNode rules = story.config("GET", "/identity", null).expect(200);
    assertThat(rules.path("blocked_defaults").asText()).isEqualTo("extended");
    assertThat(rules.path("identifiers").path(0).path("blocked").toString()).contains("guest");
    rules = story.config("PUT", "/identity", "{'blocked_defaults':'vendor'}").expect(200);
    assertThat(rules.path("blocked_defaults").asText()).isEqualTo("vendor");
    assertThat(rules.toString()).doesNotContain("guest");
    assertThat(
            story
                .config(
                    "PUT",
                    "/identity",
                    "{'identifiers':[{'type':'user_id','blocked':[{'regex':'^(a|aa)+\\\\1?b$'}]}]}")
                .expect(400)
                .toString())
        .contains("identifiers.0.blocked.0.regex")
        .contains("at index 8");
  }

  @Test
  void rulesAreTakenFromAnotherSpace() {
    Story theirs = new Story("{'identity':{'identifiers':[{'type':'app_id','limit':7}]}}");
    Story story = new Story();
    story.config("POST", "/identity/import", "{'from':'" + theirs.space() + "'}").expect(200);
    assertThat(rules(story))
        .anySatisfy(
            rule -> {
              assertThat(rule.path("type").asText()).isEqualTo("app_id");
              assertThat(rule.path("limit").asInt()).isEqualTo(7);
            });
    assertThat(story.config("PUT", "/identity", "{'identifiers':[{'type':'X y'}]}").status())
        .isEqualTo(400);
  }

  private static void identify(Story story, String json) {
    story.send("identify", (ObjectNode) Story.json(json), story.start());
  }

  private static List<JsonNode> insights(Story story, String query) {
    return list(story.config("GET", "/insights?" + query, null).expect(200).path("data"));
  }

  private static List<JsonNode> rules(Story story) {
    return list(story.config("GET", "/identity", null).expect(200).path("identifiers"));
  }

  private static List<JsonNode> rejected(Story story) {
    return list(
        story
            .instance()
            .admin("GET", "/admin/rejected?space=" + story.space(), null)
            .expect(200)
            .path("data"));
  }

  private static List<JsonNode> list(JsonNode array) {
    List<JsonNode> list = new ArrayList<>();
    array.forEach(list::add);
    return list;
  }
}
