package dev.traitflow.launcher.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.space.SpaceDefinition;
import org.junit.jupiter.api.Test;

/** What one person sends is never too much for a topic, and never keeps another space waiting. */
class RecordBoundsITCase {
  private static final String LIST = "'type':'unique_list','event':'E','property':'p'";
  private static final String COUNT = "'type':'unique_list_count','event':'E','property':'p'";

  private final Story greedy =
      new Story(
          "{'identity':{'identifiers':[{'type':'hub','limit':1000}]},'traits':["
              + "{'key':'list',"
              + LIST
              + "},{'key':'n',"
              + COUNT
              + "},{'key':'bought','type':'unique_list','event':'Order Completed',"
              + "'property':'products.$.category'},"
              + "{'key':'orders','type':'event_counter','event':'Order Completed'},"
              + "{'key':'last','type':'last','event':'Order Completed',"
              + "'property':'products.$.category'}]}");
  private final Story calm =
      new Story("{'traits':[{'key':'logins','type':'event_counter','event':'Login'}]}");
  private int logins;

  @Test
  void aListHoldsTheFirst256KilobytesOfItsTexts() {
    for (int i = 0; i < 36; i++) {
      String category = "%02d%s".formatted(35 - i, "c".repeat(29_998));
      greedy.track("ada", "Order Completed", "{'products':[{'category':'" + category + "'}]}");
    }
    for (int from = 0; from < 9_000; from += 1_000) {
      ArrayNode batch = JsonNodeFactory.instance.arrayNode();
      for (int i = from; i < from + 1_000; i++) {
        String value = "%0120d".formatted((i * 7) % 9_000);
        call(batch, "ada", "E").putObject("properties").put("p", value);
      }
      greedy.batch(batch);
    }
    assertOthersGoOn();
    JsonNode traits = greedy.traits("ada");
    assertThat(traits.get("orders").asInt()).isEqualTo(36);
    assertThat(traits.get("bought")).hasSize(8);
    assertThat(traits.get("bought").get(7).asText()).startsWith("07c").hasSize(30_000);
    assertThat(traits.get("last").asText()).hasSize(30_000);
    assertThat(traits.get("n").asInt()).isEqualTo(2_184);
    assertThat(traits.get("list")).hasSize(2_184);
    assertThat(traits.get("list").get(2_183).asText()).isEqualTo("%0120d".formatted(2_183));
    JsonNode verbose =
        greedy
            .profile("user_id:ada", "traits?verbose=true&include=list,orders")
            .expect(200)
            .path("traits");
    assertThat(verbose.path("list").path("truncated").asBoolean()).isTrue();
    assertThat(verbose.path("orders").has("truncated")).isFalse();
  }

  @Test
  void manyLongIdentifiersMergeAsTheyMay() {
    for (int i = 0; i < 40; i++) {
      ObjectNode call = JsonNodeFactory.instance.objectNode().put("anonymousId", "a1");
      ObjectNode external =
          call.put("event", "E").putObject("context").putArray("externalIds").addObject();
      external.put("id", i + "x".repeat(30_000)).put("type", "hub");
      external.put("collection", "users").put("encoding", "none");
      greedy.send("track", call, greedy.start());
    }
    ObjectNode both = JsonNodeFactory.instance.objectNode().put("anonymousId", "a1");
    greedy.track("bob", "E", "{'p':'bob'}");
    greedy.send("track", both.put("userId", "bob").put("event", "E"), greedy.start());
    assertOthersGoOn();
    assertThat(greedy.profile("anonymous_id:a1", "traits").expect(200).path("traits").get("list"))
        .hasSize(1);
  }

  @Test
  void aPersonOfThousandsOfEventNamesIsOneOfMany() {
    for (int from = 0; from < 8_000; from += 2_000) {
      ArrayNode batch = JsonNodeFactory.instance.arrayNode();
      for (int i = from; i < from + 2_000; i++) {
        call(batch, "eve", "name " + i);
      }
      greedy.batch(batch);
    }
    // As text: a tree of JSON would not keep the numbers as they are sent.
    String sum = "\"sum\":[" + "1e400,".repeat(5_000) + "1]";
    greedy
        .instance()
        .basic(
            "POST",
            "/v1/identify",
            greedy.writeKey(),
            "{\"userId\":\"eve\",\"traits\":{\"city\":\"Rome\"," + sum + "}}")
        .expect(200);
    assertOthersGoOn();
    assertThat(greedy.value("eve", "city")).isEqualTo("\"Rome\"");
    assertThat(greedy.value("eve", "sum")).as("2 MB as decimal text").isNull();
  }

  @Test
  void aLargeDefinitionWorksAndATooLargeOneIsRefusedWithTheBound() {
    Story large = new Story();
    large.trait("{'key':'a','type':'event_counter','event':'E'}");
    define(large, 1_800_000).expect(200);
    JsonNode refused = define(large, 2_200_000).expect(400);
    assertThat(refused.path("error").path("code").asText()).isEqualTo("validation_error");
    assertThat(refused.toString()).contains(Integer.toString(SpaceDefinition.BYTES_MAX));
    large.track("u", "E", "{}");
    assertOthersGoOn();
    assertThat(large.value("u", "a")).isEqualTo("1");
  }

  private static TestInstance.Answer define(Story story, int length) {
    ObjectNode space =
        (ObjectNode)
            story.instance().admin("GET", "/config/spaces/" + story.space(), null).expect(200);
    ((ObjectNode) space.path("traits").get(0)).put("description", "d".repeat(length));
    return story.instance().admin("POST", "/admin/spaces", space);
  }

  private ObjectNode call(ArrayNode batch, String user, String event) {
    ObjectNode call = batch.addObject().put("type", "track").put("userId", user);
    return call.put("event", event).put("timestamp", greedy.start().toString());
  }

  /** Another space is served as if nothing were: its event and the flush behind it come out. */
  private void assertOthersGoOn() {
    calm.track("cid", "Login", "{}");
    calm.flush();
    assertThat(calm.value("cid", "logins")).isEqualTo(Integer.toString(++logins));
  }
}
