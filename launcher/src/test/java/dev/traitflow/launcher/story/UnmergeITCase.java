package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.launcher.story.TestInstance.Answer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Merges taken back, seen through HTTP. */
class UnmergeITCase {
  private static final String COUNT =
      "{'traits':[{'key':'logins','type':'event_counter','event':'Login'}],"
          + "'audiences':[{'key':'active','name':'Active','root':{'all':[{'trait':'logins',"
          + "'op':'greater_than','value':2}]}}]}";

  @Test
  void bothSidesAreAsIfThereHadBeenNoMerge() {
    Story story = new Story(COUNT);
    identify(story, "{'userId':'u1','traits':{'email':'e1@x.io','plan':'free','city':'Bern'}}");
    login(story, "{'userId':'u1'}");
    login(story, "{'userId':'u1'}");
    identify(story, "{'anonymousId':'a2','traits':{'plan':'pro'}}");
    login(story, "{'anonymousId':'a2'}");
    story.flush();
    String first = segment(story, "user_id:u1");
    String second = segment(story, "anonymous_id:a2");
    JsonNode firstTraits = traits(story, "user_id:u1");
    JsonNode secondTraits = traits(story, "anonymous_id:a2");

    identify(story, "{'anonymousId':'a2','traits':{'email':'e1@x.io'}}");
    login(story, "{'anonymousId':'a2'}");
    story.flush();
    assertThat(segment(story, "anonymous_id:a2")).isEqualTo(first);
    assertThat(traits(story, "user_id:u1").path("logins").asInt()).isEqualTo(4);
    JsonNode merge = merges(story, "user_id:u1").get(0);
    assertThat(merge.path("loser").asText()).isEqualTo(second);

    story.config("POST", "/merges/" + merge.path("id").asText() + "/undo", "{}").expect(202);
    story.flush();
    assertThat(segment(story, "user_id:u1")).isEqualTo(first);
    assertThat(segment(story, "anonymous_id:a2")).isEqualTo(second);
    assertThat(ids(story, "user_id:u1")).containsExactlyInAnyOrder("user_id:u1", "email:e1@x.io");
    assertThat(ids(story, "anonymous_id:a2")).containsExactly("anonymous_id:a2");
    // The merging call carried ids of both: it goes to the owner of the strongest, the email.
    assertThat(traits(story, "user_id:u1").path("active").asBoolean(true)).isFalse();
    assertThat(without(traits(story, "user_id:u1"), "active")).isEqualTo(firstTraits);
    assertThat(traits(story, "anonymous_id:a2").path("plan")).isEqualTo(secondTraits.path("plan"));
    assertThat(traits(story, "anonymous_id:a2").path("logins").asInt()).isEqualTo(2);
    assertThat(events(story, "user_id:u1")).hasSize(2);
    assertThat(events(story, "anonymous_id:a2")).hasSize(2);
    assertThat(story.profile("segment_id:" + second, "traits").expect(200).path("traits"))
        .isEqualTo(traits(story, "anonymous_id:a2"));
  }

  @Test
  void theSplitSticksUntilAnOperatorMergesAgain() {
    Story story = merged();
    undo(story, "{}").expect(202);
    story.flush();
    identify(
        story, "{'anonymousId':'a2','messageId':'unmerge-again','traits':{'email':'e1@x.io'}}");
    login(story, "{'anonymousId':'a2'}");
    story.flush();
    assertThat(segment(story, "anonymous_id:a2")).isNotEqualTo(segment(story, "user_id:u1"));
    JsonNode violation =
        story.config("GET", "/insights?type=violation", null).expect(200).path("data").path(0);
    assertThat(violation.path("message").asText())
        .isEqualTo("Profiles kept apart since their unmerge");
    assertThat(violation.path("message_id").asText()).isEqualTo("unmerge-again");
    assertThat(traits(story, "anonymous_id:a2").path("logins").asInt()).isEqualTo(2);

    story.config("POST", "/merges", "{'identifiers':['user_id:u1','anonymous_id:a2']}").expect(202);
    story.flush();
    assertThat(segment(story, "anonymous_id:a2")).isEqualTo(segment(story, "user_id:u1"));
    assertThat(traits(story, "user_id:u1").path("logins").asInt()).isEqualTo(3);
    undo(story, "{}").expect(202);
    story.flush();
    assertThat(traits(story, "user_id:u1").path("logins").asInt()).isEqualTo(1);
    assertThat(traits(story, "anonymous_id:a2").path("logins").asInt()).isEqualTo(2);
  }

  @Test
  void theSideCanBeChosenByIdentifiers() {
    Story story = merged();
    identify(story, "{'userId':'u1','anonymousId':'a3'}");
    login(story, "{'anonymousId':'a3'}");
    story.flush();
    undo(story, "{'identifiers':['anonymous_id:a2','anonymous_id:a3']}").expect(202);
    story.flush();
    assertThat(segment(story, "anonymous_id:a3")).isEqualTo(segment(story, "anonymous_id:a2"));
    assertThat(traits(story, "anonymous_id:a3").path("logins").asInt()).isEqualTo(2);
    assertThat(traits(story, "user_id:u1").path("logins").asInt()).isEqualTo(1);
  }

  @Test
  void dependentMergesAreListedAndTakenBackOnlyWithCascade() {
    Story story = merged();
    login(story, "{'anonymousId':'a3'}");
    story.flush();
    // a3 is joined by a2 alone: without the first merge it would have joined that side.
    send(story, "track", external("a2", "a3"));
    story.flush();
    assertThat(segment(story, "anonymous_id:a3")).isEqualTo(segment(story, "user_id:u1"));
    Answer refused = undo(story, "{}");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.json().toString())
        .contains(merges(story, "user_id:u1").get(1).path("id").asText());
    undo(story, "{'cascade':true}").expect(202);
    story.flush();
    assertThat(merges(story, "user_id:u1")).isEmpty();
    assertThat(ids(story, "anonymous_id:a3")).containsExactly("anonymous_id:a3");
    assertThat(ids(story, "anonymous_id:a2")).containsExactly("anonymous_id:a2");
    assertThat(traits(story, "anonymous_id:a3").path("logins").asInt()).isEqualTo(1);
    assertThat(traits(story, "user_id:u1").path("logins").asInt()).isEqualTo(1);
  }

  @Test
  void wrongOrdersAreRefused() {
    Story story = merged();
    assertThat(story.config("POST", "/merges/mrg_1_0/undo", "{}").status()).isEqualTo(404);
    assertThat(undo(story, "{'identifiers':['user_id:nobody']}").status()).isEqualTo(400);
    assertThat(
            undo(story, "{'identifiers':['user_id:u1','email:e1@x.io','anonymous_id:a2']}")
                .status())
        .isEqualTo(409);
    String id = merges(story, "user_id:u1").get(0).path("id").asText();
    undo(story, "{}").expect(202);
    story.flush();
    assertThat(story.config("POST", "/merges/" + id + "/undo", "{}").status()).isEqualTo(409);
  }

  /** u1 with e1 and one login, a2 with one login, then merged. */
  private static Story merged() {
    Story story = new Story(COUNT);
    identify(story, "{'userId':'u1','traits':{'email':'e1@x.io'}}");
    login(story, "{'userId':'u1'}");
    login(story, "{'anonymousId':'a2'}");
    story.flush();
    identify(story, "{'anonymousId':'a2','traits':{'email':'e1@x.io'}}");
    story.flush();
    return story;
  }

  private static Answer undo(Story story, String body) {
    String id = merges(story, "user_id:u1").get(0).path("id").asText();
    return story.config("POST", "/merges/" + id + "/undo", body);
  }

  private static ObjectNode external(String anonymousId, String other) {
    return (ObjectNode)
        Story.json(
            "{'anonymousId':'"
                + anonymousId
                + "','event':'Seen','context':{'externalIds':[{'id':'"
                + other
                + "','type':'anonymous_id','collection':'users','encoding':'none'}]}}");
  }

  private static void identify(Story story, String json) {
    send(story, "identify", (ObjectNode) Story.json(json));
  }

  private static void login(Story story, String json) {
    send(story, "track", ((ObjectNode) Story.json(json)).put("event", "Login"));
  }

  /** A profile of u1 is older than one of a2, and that older than one of a3. */
  private static void send(Story story, String type, ObjectNode call) {
    String id = call.path("anonymousId").asText("a0");
    story.send(type, call, story.start().plusMillis(id.charAt(1)));
  }

  private static List<JsonNode> merges(Story story, String identifier) {
    return list(
        story.config("GET", "/merges?identifier=" + identifier, null).expect(200).path("data"));
  }

  private static JsonNode traits(Story story, String identifier) {
    return story.profile(identifier, "traits?limit=100").expect(200).path("traits");
  }

  private static JsonNode without(JsonNode traits, String key) {
    return ((ObjectNode) traits).without(key);
  }

  private static List<JsonNode> events(Story story, String identifier) {
    return list(story.profile(identifier, "events").expect(200).path("data"));
  }

  private static String segment(Story story, String identifier) {
    return story
        .profile(identifier, "metadata?verbose=true")
        .expect(200)
        .path("metadata")
        .path("segment_id")
        .asText();
  }

  private static List<String> ids(Story story, String identifier) {
    List<String> ids = new ArrayList<>();
    story
        .profile(identifier, "external_ids?limit=100")
        .expect(200)
        .path("data")
        .forEach(each -> ids.add(each.path("type").asText() + ":" + each.path("id").asText()));
    return ids;
  }

  private static List<JsonNode> list(JsonNode array) {
    List<JsonNode> list = new ArrayList<>();
    array.forEach(list::add);
    return list;
  }
}
