package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a capture destination receives of traits and audiences. */
class CaptureITCase {
  private static final String CAPTURE =
      "'destinations':[{'name':'CRM','kind':'capture','enabled':true,'actions':{'active':'track',"
          + "'tracked':'track'}}]";
  private static final String COUNT =
      "{'key':'logins','type':'event_counter','event':'Login','destinations':['CRM']}";

  @Test
  @Tag("T-25")
  void expiryUnsetsTheTraitAndSendsNull() {
    Story story =
        new Story(
            "{'traits':[{'key':'latest','type':'last','event':'E','property':'p',"
                + "'window':{'within':'1 d'},'destinations':['CRM']}],"
                + CAPTURE
                + "}");
    story.track("u1", "E", "{'p':'x'}");
    story.flush();
    assertThat(story.value("u1", "latest")).isEqualTo("\"x\"");
    assertThat(traits(story)).containsExactly("{\"latest\":\"x\"}");
    story.moveTo(Duration.ofHours(25));
    assertThat(story.traits("u1").has("latest")).isFalse();
    assertThat(traits(story)).containsExactly("{\"latest\":\"x\"}", "{\"latest\":null}");
  }

  @Test
  @Tag("T-35")
  void toDestinationIdentifyAndTrack() {
    Story story =
        new Story(
            "{'traits':["
                + COUNT
                + ",{'key':'tracked','type':'event_counter','event':'Login',"
                + "'destinations':['CRM']}],"
                + CAPTURE
                + "}");
    story.track("u1", "Login", "{}");
    story.flush();
    empty(story);
    story.track("u1", "Login", "{}");
    story.flush();
    List<JsonNode> captured = captured(story);
    assertThat(captured).hasSize(2);
    JsonNode identify = payload(captured, "identify");
    assertThat(identify.path("userId").asText()).isEqualTo("u1");
    assertThat(identify.path("traits").toString()).isEqualTo("{\"logins\":2}");
    assertThat(identify.path("integrations").toString()).isEqualTo("{\"All\":false,\"CRM\":true}");
    assertThat(identify.path("context").path("personas").path("computation_key").asText())
        .isEqualTo("logins");
    JsonNode track = payload(captured, "track");
    assertThat(track.path("event").asText()).isEqualTo("Trait Computed");
    assertThat(track.path("properties").toString())
        .isEqualTo("{\"trait_key\":\"tracked\",\"tracked\":2}");

    story.track("u1", "Something Else", "{}");
    story.identify("u1", "{'plan':'pro'}");
    story.moveTo(Duration.ofHours(1));
    assertThat(captured(story)).hasSize(2);
  }

  @Test
  @Tag("T-36")
  void resendsTheCurrentValueWhenAnIdentifierIsAdded() {
    Story story = new Story("{'traits':[" + COUNT + "]," + CAPTURE + "}");
    story.track("u1", "Login", "{}");
    story.flush();
    assertThat(traits(story)).containsExactly("{\"logins\":1}");
    story.identify("u1", "{'email':'a@x.io'}");
    story.flush();
    assertThat(traits(story))
        .containsExactly("{\"logins\":1}", "{\"email\":\"a@x.io\",\"logins\":1}");
    story.identify("u1", "{'email':'a@x.io'}");
    story.flush();
    assertThat(traits(story)).hasSize(2);
    story.identify("u1", "{'email':'b@x.io'}");
    story.flush();
    assertThat(traits(story)).hasSize(3).last().isEqualTo("{\"email\":\"b@x.io\",\"logins\":1}");
  }

  @Test
  void anAudienceTellsWhoEntersAndWhoLeaves() {
    Story story =
        new Story(
            "{'traits':[{'key':'logins','type':'event_counter','event':'Login',"
                + "'window':{'within':'1 d'}}],'audiences':[{'key':'active','root':{'all':["
                + "{'trait':'logins','op':'greater_than','value':0}]},'destinations':['CRM']}],"
                + CAPTURE
                + "}");
    story.track("u1", "Login", "{}");
    story.flush();
    story.moveTo(Duration.ofHours(25));
    List<String> events = new ArrayList<>();
    captured(story)
        .forEach(
            each ->
                events.add(
                    each.path("payload").path("event").asText()
                        + each.path("payload").path("properties")));
    assertThat(events)
        .containsExactly(
            "Audience Entered{\"audience_key\":\"active\",\"active\":true}",
            "Audience Exited{\"audience_key\":\"active\",\"active\":false}");
  }

  @Test
  void aRefusedCallIsMadeAgainLaterAsTheSameMessage() {
    Story story = new Story("{'traits':[" + COUNT + "]," + CAPTURE + "}");
    JsonNode refuse = Story.json("{'answer':503,'times':2}");
    story.instance().admin("POST", "/admin/capture/" + id(story), refuse).expect(200);
    story.track("u1", "Login", "{}");
    story.flush();
    assertThat(statuses(story)).containsExactly(503);
    story.moveTo(Duration.ofMinutes(1));
    assertThat(statuses(story)).containsExactly(503, 503);
    story.moveTo(Duration.ofMinutes(5));
    assertThat(statuses(story)).containsExactly(503, 503, 200);
    assertThat(captured(story).stream().map(each -> each.path("payload").path("messageId")))
        .containsOnly(captured(story).get(0).path("payload").path("messageId"));
    story.moveTo(Duration.ofHours(1));
    assertThat(statuses(story)).hasSize(3);
  }

  @Test
  void aDestinationIsDisabledUntilItIsEnabledAndThenHearsOfChanges() {
    Story story = new Story();
    String config = "/config/spaces/" + story.space();
    JsonNode created =
        story
            .instance()
            .admin("POST", config + "/destinations", Story.json("{'name':'D','kind':'capture'}"))
            .expect(201);
    assertThat(created.path("enabled").asBoolean(true)).isFalse();
    story.trait("{'key':'logins','type':'event_counter','event':'Login','destinations':['D']}");
    story.track("u1", "Login", "{}");
    story.flush();
    assertThat(traits(story)).isEmpty();
    story
        .instance()
        .admin(
            "PUT",
            config + "/destinations/" + created.path("id").asText(),
            Story.json("{'name':'D','kind':'capture','enabled':true}"))
        .expect(200);
    story.flush();
    assertThat(traits(story)).isEmpty();
    story.track("u1", "Login", "{}");
    story.flush();
    assertThat(traits(story)).containsExactly("{\"logins\":2}");
  }

  @Test
  void aStagedValueIsNotSentBeforeReadersSeeIt() {
    Story story = new Story("{" + CAPTURE + "}");
    story.track("u1", "Login", "{}");
    story.flush();
    story.trait(COUNT);
    assertThat(traits(story)).containsExactly("{\"logins\":1}");
    JsonNode edited =
        Story.json(
            "{'key':'logins','type':'event_counter','event':'Login','destinations':['CRM'],"
                + "'window':{'within':'30 d'}}");
    story
        .instance()
        .admin("PUT", "/config/spaces/" + story.space() + "/traits/logins", edited)
        .expect(200);
    story.flush();
    assertThat(traits(story)).containsExactly("{\"logins\":1}");
    story.track("u1", "Login", "{}");
    story.flush();
    assertThat(traits(story)).containsExactly("{\"logins\":1}", "{\"logins\":2}");
  }

  private static String id(Story story) {
    return story
        .instance()
        .admin("GET", "/config/spaces/" + story.space() + "/destinations", null)
        .expect(200)
        .path("data")
        .path(0)
        .path("id")
        .asText();
  }

  private static void empty(Story story) {
    story.instance().admin("DELETE", "/admin/capture/" + id(story), null).expect(200);
  }

  private static List<JsonNode> captured(Story story) {
    List<JsonNode> captured = new ArrayList<>();
    story
        .instance()
        .admin("GET", "/admin/capture/" + id(story), null)
        .expect(200)
        .path("data")
        .forEach(captured::add);
    return captured;
  }

  private static List<String> traits(Story story) {
    return captured(story).stream()
        .map(each -> each.path("payload").path("traits").toString())
        .toList();
  }

  private static List<Integer> statuses(Story story) {
    return captured(story).stream().map(each -> each.path("status").asInt()).toList();
  }

  private static JsonNode payload(List<JsonNode> captured, String type) {
    return captured.stream()
        .map(each -> each.path("payload"))
        .filter(payload -> payload.path("type").asText().equals(type))
        .findFirst()
        .orElseThrow();
  }
}
