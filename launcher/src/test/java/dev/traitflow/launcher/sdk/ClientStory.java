package dev.traitflow.launcher.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.launcher.story.Story;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The story every client tells: somebody unknown looks at a page and a product, says who they are,
 * looks again, buys, belongs to a company, and had another id once. Afterwards one profile has all
 * of it, once, whatever id one asks with.
 */
final class ClientStory {
  private static final String TRAITS =
      "{'traits':["
          + "{'key':'pages','type':'event_counter','event':'Page Viewed'},"
          + "{'key':'views','type':'event_counter','event':'Product Viewed'},"
          + "{'key':'seen','type':'unique_list','event':'Product Viewed','property':'sku'},"
          + "{'key':'spent','type':'aggregation','aggregation':'sum','event':'Order Completed',"
          + "'property':'revenue'}]}";

  private final Story story = new Story(TRAITS);
  private final String user = "ada/+ü " + story.space();
  private final String email = story.space() + "@shop.example";
  private final String group = "company-" + story.space();

  /** The user's id: one with characters that addresses need escaped. */
  String user() {
    return user;
  }

  /** The address the user gives. */
  String email() {
    return email;
  }

  /** The company's id. */
  String group() {
    return group;
  }

  /** The id the user had before they said who they are, where the client lets us choose it. */
  String anonymous() {
    return "anonymous-" + story.space();
  }

  /** The write key of the story's source. */
  String writeKey() {
    return story.writeKey();
  }

  /** Where the server listens. */
  String base() {
    return story.instance().url();
  }

  /** What a script is told: where to send, and the story's names. */
  ObjectNode told(String base) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("base", base)
        .put("writeKey", story.writeKey())
        .put("user", user)
        .put("anonymous", anonymous())
        .put("email", email)
        .put("group", group);
  }

  /**
   * Waits until all calls are reflected, and reads the profile.
   *
   * @param anonymousId the one the client used
   * @param library what the client calls itself in each event
   */
  void wasTold(String anonymousId, String library) {
    story.flush();
    // A repeat of a call whose answer was lost is dropped, and said to have been.
    assertThat(rejected()).as("refused calls").allMatch("duplicate"::equals);
    String byUser = "user_id:" + user;
    JsonNode traits = traits(byUser);
    assertThat(traits.toString())
        .isEqualTo(
            "{\"address\":{\"city\":\"Zürich\"},\"email\":\"%s\",\"pages\":1,\"plan\":\"pro\","
                    .formatted(email)
                + "\"seen\":[\"A1\",\"B2\"],\"spent\":22.5,\"views\":2}");
    assertThat(traits("anonymous_id:" + anonymousId)).isEqualTo(traits);
    assertThat(traits("email:" + email)).isEqualTo(traits);
    assertThat(externalIds(byUser))
        .isEqualTo(
            Map.of(
                "anonymous_id", List.of(anonymousId),
                "email", List.of(email),
                "user_id", List.of(user)));
    eventsAreThereOnce(byUser, library);
    JsonNode links = story.profile(byUser, "links").expect(200);
    assertThat(links.at("/data/0/external_ids/0/id").asText()).isEqualTo(group);
    assertThat(
            story
                .read("accounts", "group_id:" + group, "traits")
                .expect(200)
                .at("/traits/industry"))
        .hasToString("\"Software\"");
  }

  private void eventsAreThereOnce(String identifier, String library) {
    JsonNode events = story.profile(identifier, "events?limit=100").expect(200).path("data");
    List<String> names = new ArrayList<>();
    for (JsonNode event : events) {
      String name = event.path("event").asText();
      names.add(event.path("type").asText() + (name.isEmpty() ? "" : " " + name));
      assertThat(event.at("/context/library/name").asText()).as("library").isEqualTo(library);
    }
    assertThat(names)
        .containsExactlyInAnyOrder(
            "page", "track Product Viewed", "track Product Viewed", "track Order Completed");
    String messageIds = String.join(",", events.findValuesAsText("message_id"));
    assertThat(messageIds.split(",")).doesNotHaveDuplicates().hasSize(4);
  }

  private JsonNode traits(String identifier) {
    return story.profile(identifier, "traits?limit=200").expect(200).path("traits");
  }

  private Map<String, List<String>> externalIds(String identifier) {
    Map<String, List<String>> ids = new TreeMap<>();
    for (JsonNode id :
        story.profile(identifier, "external_ids?limit=100").expect(200).path("data")) {
      ids.computeIfAbsent(id.path("type").asText(), type -> new ArrayList<>())
          .add(id.path("id").asText());
    }
    return ids;
  }

  private List<String> rejected() {
    @Nullable JsonNode none = null;
    JsonNode answer =
        story.instance().admin("GET", "/admin/rejected?space=" + story.space(), none).expect(200);
    return answer.findValuesAsText("code");
  }
}
