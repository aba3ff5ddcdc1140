package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which destinations get the events of a source, by what the calls say of it. */
class IntegrationsITCase {
  private static final String HOOKS =
      "{'destinations':[{'name':'Hook','kind':'capture','enabled':true,'sources':['web']},"
          + "{'name':'Other','kind':'capture','enabled':true,'sources':['web']},"
          + "{'name':'Off','kind':'capture','sources':['web']},"
          + "{'name':'None','kind':'capture','enabled':true}]}";

  @Test
  @Tag("A-23")
  void theIntegrationsObjectSaysWhoGetsTheEvent() {
    Story story = new Story(HOOKS);
    send(story, "Plain", null);
    send(story, "Only Hook", "{'All':false,'Hook':true}");
    send(story, "Nobody", "{'All':false}");
    send(story, "All But Hook", "{'Hook':false}");
    send(story, "Settings", "{'All':false,'Hook':{'list':7}}");
    send(story, "Other Case", "{'All':false,'hook':true}");
    send(story, "All But Other", "{'All':true,'Other':false}");
    story.flush();
    assertThat(events(story, "Hook"))
        .containsExactly("Plain", "Only Hook", "Settings", "All But Other");
    assertThat(events(story, "Other")).containsExactly("Plain", "All But Hook");
    assertThat(events(story, "Off")).isEmpty();
    assertThat(events(story, "None")).isEmpty();
    assertThat(filtered(story, "Hook")).isEqualTo(3);
    assertThat(filtered(story, "Other")).isEqualTo(5);
    assertThat(story.value("u1", "anything")).isNull();
    assertThat(story.profile("user_id:u1", "events?limit=100").expect(200).path("data")).hasSize(7);
  }

  @Test
  @Tag("A-23")
  void aBatchSaysItForAllItsEventsAndEachEventForItself() {
    Story story = new Story(HOOKS);
    ArrayNode batch = JsonNodeFactory.instance.arrayNode();
    batch.add(
        Story.json("{'type':'track','userId':'u1','event':'As The Batch','messageId':'a23-b1'}"));
    batch.add(
        Story.json(
            "{'type':'track','userId':'u1','event':'Its Own','messageId':'a23-b2',"
                + "'integrations':{'Other':true}}"));
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.set("batch", batch);
    body.set("integrations", Story.json("{'All':false,'Hook':true}"));
    story.instance().basic("POST", "/v1/batch", "wk-" + story.space(), body.toString()).expect(200);
    story.flush();
    assertThat(events(story, "Hook")).containsExactly("As The Batch", "Its Own");
    assertThat(events(story, "Other")).containsExactly("Its Own");
  }

  @Test
  void aDuplicateIsNotSentAgainAndTheCallIsWhole() {
    Story story = new Story(HOOKS);
    for (int i = 0; i < 3; i++) {
      JsonNode call =
          Story.json(
              "{'userId':'u1','event':'Once','messageId':'a23-once','properties':{'n':22.5},"
                  + "'context':{'ip':'10.0.0.1'},'integrations':{'Hook':true}}");
      story.send("track", call, story.start());
    }
    story.identify("u1", "{'email':'a@x.io'}");
    story.flush();
    List<JsonNode> captured = captured(story, "Hook");
    assertThat(captured).hasSize(2);
    JsonNode payload = captured.get(0).path("payload");
    assertThat(payload.path("messageId").asText()).isEqualTo("a23-once");
    assertThat(payload.path("properties").toString()).isEqualTo("{\"n\":22.5}");
    assertThat(payload.path("context").path("ip").asText()).isEqualTo("10.0.0.1");
    assertThat(payload.path("integrations").toString()).isEqualTo("{\"Hook\":true}");
    assertThat(payload.path("receivedAt").asText()).isNotEmpty();
    assertThat(captured.get(1).path("payload").path("type").asText()).isEqualTo("identify");
  }

  @Test
  void aDestinationThatNamesAnUnknownSourceIsRefusedWithASuggestion() {
    Story story = new Story();
    JsonNode error =
        story
            .config("POST", "/destinations", "{'name':'D','kind':'capture','sources':['wep']}")
            .expect(400)
            .path("error");
    assertThat(error.path("message").asText()).contains("'wep'", "did you mean web?");
  }

  private static void send(Story story, String event, @Nullable String integrations) {
    ObjectNode call = JsonNodeFactory.instance.objectNode();
    call.put("userId", "u1").put("event", event);
    if (integrations != null) {
      call.set("integrations", Story.json(integrations));
    }
    story.send("track", call, story.start());
  }

  private static List<String> events(Story story, String destination) {
    return captured(story, destination).stream()
        .map(each -> each.path("payload").path("event").asText())
        .toList();
  }

  private static int filtered(Story story, String destination) {
    return received(story, destination)
        .path("filtered")
        .path("FILTERED_BY_INTEGRATIONS_OBJECT")
        .asInt();
  }

  private static List<JsonNode> captured(Story story, String destination) {
    List<JsonNode> captured = new ArrayList<>();
    received(story, destination).path("data").forEach(captured::add);
    return captured;
  }

  private static JsonNode received(Story story, String destination) {
    for (JsonNode each : story.config("GET", "/destinations", null).expect(200).path("data")) {
      if (each.path("name").asText().equals(destination)) {
        String id = each.path("id").asText();
        return story.instance().admin("GET", "/admin/capture/" + id, null).expect(200);
      }
    }
    throw new AssertionError("there is no destination " + destination);
  }
}
