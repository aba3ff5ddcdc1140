package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Traits that are created, edited, frozen, rolled back and deleted while events come. */
class DefinitionsITCase {
  private static final String COUNT = "'type':'event_counter','event':'E'";
  private static final String N = "{'key':'n'," + COUNT + "}";

  private static void events(Story story, int count) {
    for (int i = 0; i < count; i++) {
      story.track("u1", "E", "{}");
    }
  }

  private static JsonNode trait(Story story, String key) {
    return story.config("GET", "/traits/" + key, null).expect(200);
  }

  @Test
  @Tag("T-01")
  void createFlowEndsLive() {
    Story story = new Story();
    events(story, 2);
    story.flush();
    JsonNode created =
        story
            .config(
                "POST",
                "/traits",
                "{'name':'All E!','type':'event_counter','event':'E','conditions':{'all':["
                    + "{'property':'x','op':'not_exists'}]},'destinations':[]}")
            .expect(201);
    assertThat(created.path("key").asText()).isEqualTo("all_e");
    assertThat(created.path("version").asInt()).isEqualTo(1);
    story.flush();
    assertThat(trait(story, "all_e").path("state").asText()).isEqualTo("Live");
    assertThat(trait(story, "all_e").path("members").asInt()).isEqualTo(1);
    assertThat(story.value("u1", "all_e")).isEqualTo("2");
  }

  @Test
  @Tag("T-31")
  void backfillOnAndOff() {
    Story story = new Story();
    events(story, 10);
    story.flush();
    story.trait("{'key':'with'," + COUNT + ",'backfill':true}");
    story.trait("{'key':'without'," + COUNT + ",'backfill':false}");
    assertThat(story.value("u1", "with")).isEqualTo("10");
    assertThat(story.value("u1", "without")).isNull();
    story.moveTo(Duration.ofSeconds(1));
    events(story, 1);
    story.flush();
    assertThat(story.value("u1", "with")).isEqualTo("11");
    assertThat(story.value("u1", "without")).isEqualTo("1");
  }

  @Test
  @Tag("T-32")
  void everyEventCountsOnceWhileATraitIsBeingCreated() {
    Story story = new Story();
    int sent = 0;
    for (int round = 0; round < 12; round++) {
      ArrayNode batch = JsonNodeFactory.instance.arrayNode();
      for (int i = 0; i < 200; i++) {
        batch
            .addObject()
            .put("type", "track")
            .put("userId", "u" + i % 20)
            .put("event", "E")
            .put("messageId", story.space() + "-" + sent++)
            .put("timestamp", story.start().toString());
      }
      story.batch(batch);
      if (round == 5) {
        story.config("POST", "/traits", N).expect(201);
      }
    }
    story.flush();
    int counted = 0;
    for (int user = 0; user < 20; user++) {
      counted += story.traits("u" + user).path("n").asInt();
    }
    assertThat(counted).isEqualTo(sent);
  }

  @Test
  @Tag("T-33")
  void anEditShowsTheOldValueUntilTheNewOneIsComplete() {
    Story story = new Story();
    story.trait("{'key':'n'," + COUNT + ",'window':{'within':'7 d'}}");
    story.track("u1", "E", "{}", story.after(Duration.ofDays(-20)));
    events(story, 1);
    story.flush();
    assertThat(story.value("u1", "n")).isEqualTo("1");
    story.config("POST", "/traits/n/pause", null).expect(200);
    String edited = "{" + COUNT + ",'window':{'within':'30 d'}}";
    story.config("PUT", "/traits/n", edited).expect(200);
    story.config("POST", "/traits/n/pause", null).expect(200);
    assertThat(story.config("PUT", "/traits/n", edited).status()).isEqualTo(409);
    assertThat(story.value("u1", "n")).isIn("1", "2");
    story.config("POST", "/traits/n/resume", null).expect(200);
    story.flush();
    assertThat(story.value("u1", "n")).isEqualTo("2");
    assertThat(trait(story, "n").path("version").asInt()).isEqualTo(2);

    story.config("POST", "/traits/n/versions", "{'version':1}").expect(200);
    story.flush();
    assertThat(story.value("u1", "n")).isEqualTo("1");
    assertThat(trait(story, "n").path("version").asInt()).isEqualTo(3);
    assertThat(story.config("PUT", "/traits/n", "{'key':'other'," + COUNT + "}").status())
        .isEqualTo(400);
  }

  @Test
  @Tag("T-34")
  void aDeletedTraitLeavesItsValueAndItsKey() {
    Story story = new Story();
    story.trait(N);
    events(story, 3);
    story.flush();
    story.config("DELETE", "/traits/n", null).expect(200);
    events(story, 2);
    story.flush();
    assertThat(story.value("u1", "n")).isEqualTo("3");
    assertThat(
            story.profile("user_id:u1", "traits?class=computed_trait").expect(200).path("traits"))
        .isEmpty();
    assertThat(story.config("GET", "/traits/n", null).status()).isEqualTo(404);
    JsonNode refusal = story.config("POST", "/traits", N).expect(409);
    assertThat(refusal.path("error").path("code").asText()).isEqualTo("conflict");
    assertThat(refusal.path("error").path("message").asText())
        .contains("send restore=true to bring it back as version 2");

    JsonNode restored = story.config("POST", "/traits?restore=true", N).expect(201);
    story.flush();
    assertThat(restored.path("version").asInt()).isEqualTo(2);
    assertThat(story.value("u1", "n")).as("computed from the history").isEqualTo("5");
    events(story, 1);
    story.flush();
    assertThat(story.value("u1", "n")).isEqualTo("6");
    assertThat(story.config("POST", "/traits?restore=true", N).status()).isEqualTo(409);
  }

  @Test
  @Tag("T-34")
  void aRestoredTraitTakesThePlaceOfTheValueThatWasKept() {
    Story story = new Story();
    story.trait(N);
    events(story, 3);
    story.flush();
    story.config("DELETE", "/traits/n", null).expect(200);
    story.flush();
    String recent = "{'key':'n'," + COUNT + ",'backfill':false,'restore':true}";
    story.config("POST", "/traits", recent).expect(201);
    story.moveTo(Duration.ofSeconds(1));
    story.flush();
    assertThat(story.value("u1", "n")).as("nothing counts yet").isNull();
    events(story, 1);
    story.flush();
    assertThat(story.value("u1", "n")).isEqualTo("1");
  }

  @Test
  void aDisabledTraitKeepsItsValueAndCountsAgainWhenEnabled() {
    Story story = new Story();
    story.trait(N);
    events(story, 1);
    story.flush();
    story.config("POST", "/traits/n/disable", null).expect(200);
    events(story, 2);
    story.flush();
    assertThat(trait(story, "n").path("state").asText()).isEqualTo("Disabled");
    assertThat(story.value("u1", "n")).isEqualTo("1");
    story.config("POST", "/traits/n/enable", null).expect(200);
    story.flush();
    assertThat(story.value("u1", "n")).isEqualTo("3");
  }

  @Test
  void whatIsDeletedOrDisabledLeavesValuesThatMoveWithMergesAndTheirUndoing() {
    Story story =
        new Story(
            "{'traits':[{'key':'n',"
                + COUNT
                + "},{'key':'rests',"
                + COUNT
                + "},{'key':'all','level':'account',"
                + COUNT
                + "}],'audiences':[{'key':'seen','name':'Seen','include_anonymous':true,'root':{'all':[{'trait':'rests',"
                + "'op':'exists'}]}}]}");
    events(story, 3);
    call(story, "group", "{'userId':'u1','groupId':'g'}");
    for (int i = 0; i < 5; i++) {
      call(story, "track", "{'anonymousId':'a2','event':'E'}");
    }
    call(story, "group", "{'anonymousId':'a2','groupId':'g'}");
    call(story, "track", "{'anonymousId':'a3','event':'Other'}");
    story.flush();
    story.config("DELETE", "/audiences/seen", null).expect(200);
    story.config("DELETE", "/traits/n", null).expect(200);
    story.config("DELETE", "/traits/all", null).expect(200);
    story.config("POST", "/traits/rests/disable", null).expect(200);
    events(story, 2);
    story.flush();
    assertThat(kept(story, "user_id:u1")).isEqualTo("3 3 true");
    assertThat(kept(story, "anonymous_id:a2")).isEqualTo("5 5 true");
    JsonNode account = story.read("accounts", "group_id:g", "traits").expect(200).path("traits");
    assertThat(account.path("all").asInt()).isEqualTo(8);

    String merge = merge(story, "anonymous_id:a2");
    assertThat(kept(story, "anonymous_id:a3")).isEqualTo("5 5 true");
    undo(story, merge);
    assertThat(kept(story, "anonymous_id:a3")).isEqualTo("null null null");
    assertThat(kept(story, "anonymous_id:a2")).isEqualTo("5 5 true");
    merge = merge(story, "user_id:u1");
    assertThat(kept(story, "anonymous_id:a3")).isEqualTo("3 3 true");
    undo(story, merge);
    assertThat(kept(story, "user_id:u1")).isEqualTo("3 3 true");
    story.identify("u1", "{'n':7}");
    story.flush();
    assertThat(kept(story, "user_id:u1")).startsWith("7 ");
  }

  private static void call(Story story, String type, String call) {
    story.send(type, Story.json(call), story.start());
  }

  /** Joins the third person with another. */
  private static String merge(Story story, String identifier) {
    String both = "{'identifiers':['anonymous_id:a3','" + identifier + "']}";
    story.config("POST", "/merges", both).expect(202);
    story.flush();
    JsonNode merges = story.config("GET", "/merges?identifier=anonymous_id:a3", null).expect(200);
    return merges.at("/data/0/id").asText();
  }

  private static void undo(Story story, String merge) {
    story.config("POST", "/merges/" + merge + "/undo", "{}").expect(202);
    story.flush();
  }

  private static String kept(Story story, String identifier) {
    JsonNode traits = story.profile(identifier, "traits").expect(200).path("traits");
    return Stream.of("n", "rests", "seen")
        .map(key -> traits.path(key).asText("null"))
        .map(text -> text.isEmpty() ? "null" : text)
        .collect(Collectors.joining(" "));
  }

  @Test
  @Tag("T-40")
  void statusProgressMembersAndRefresh() {
    Story story = new Story();
    for (int user = 0; user < 7; user++) {
      story.track("u" + user, "E", "{}");
    }
    story.flush();
    JsonNode created = story.config("POST", "/traits", N).expect(201);
    assertThat(created.path("state").asText()).isIn("Preparing", "Computing");
    assertThat(created.path("progress").path("profiles").asInt()).isEqualTo(7);
    story.flush();
    assertThat(trait(story, "n").path("state").asText()).isEqualTo("Live");
    assertThat(trait(story, "n").path("members").asInt()).isEqualTo(7);
    story.track("u8", "E", "{}");
    story.flush();
    assertThat(story.config("POST", "/traits/n/refresh", null).expect(200).path("members").asInt())
        .isEqualTo(8);
  }

  @Test
  @Tag("T-41")
  void limitsOfTheVendorPresetAndOfConditions() {
    String traits =
        IntStream.range(0, 50)
            .mapToObj(i -> "{'key':'n" + i + "'," + COUNT + "}")
            .collect(Collectors.joining(","));
    Story story = new Story("{'limits':'vendor','traits':[" + traits + "]}");
    JsonNode refusal = story.config("POST", "/traits", N).expect(422);
    assertThat(refusal.path("error").path("code").asText()).isEqualTo("limit_exceeded");
    Story other = new Story();
    other.config("POST", "/traits", conditions("fifty", 50)).expect(201);
    JsonNode tooMany = other.config("POST", "/traits", conditions("more", 51)).expect(400);
    assertThat(tooMany.path("error").path("field").asText()).isEqualTo("conditions");
  }

  private static String conditions(String key, int count) {
    String all =
        IntStream.range(0, count)
            .mapToObj(i -> "{'property':'p" + i + "','op':'exists'}")
            .collect(Collectors.joining(","));
    return "{'key':'" + key + "'," + COUNT + ",'conditions':{'all':[" + all + "]}}";
  }

  @Test
  void refusesDefinitionsWithTheFieldThatIsWrong() {
    Story story = new Story();
    JsonNode answer =
        story
            .config("POST", "/traits", "{'key':'n'," + COUNT + ",'window':{'within':'x'}}")
            .expect(400);
    assertThat(answer.path("error").path("code").asText()).isEqualTo("validation_error");
    assertThat(answer.path("error").path("field").asText()).isEqualTo("window.within");
  }
}
