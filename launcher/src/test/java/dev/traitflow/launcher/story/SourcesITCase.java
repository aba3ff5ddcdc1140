package dev.traitflow.launcher.story;

import static dev.traitflow.launcher.story.RawCalls.basic;
import static dev.traitflow.launcher.story.Story.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sources as objects of the control API, and as part of a space's definition. */
class SourcesITCase {
  private final Story story =
      new Story("{'traits':[{'key':'n','type':'event_counter','event':'E'}]}");
  private final TestInstance instance = story.instance();
  private final RawCalls raw = new RawCalls(instance.url());

  @Test
  @Tag("A-01")
  void theCatalogListsWhatCanSendEvents() {
    List<String> kinds =
        instance
            .admin("GET", "/config/sources/catalog", null)
            .expect(200)
            .path("data")
            .findValuesAsText("kind");

    assertThat(kinds).contains("website", "server", "mobile", "http", "crm", "cloud", "warehouse");
  }

  @Test
  @Tag("A-02")
  void anAddedSourceIsEnabledAtOnceAndReceivesEvents() {
    JsonNode source = create("{'name':'Shop A02','kind':'website'}");

    assertThat(source.path("enabled").asBoolean()).isTrue();
    assertThat(source.path("id").asText()).startsWith("src_");
    track(source, 200);
    instance.flush();
    assertThat(story.value("u1", "n")).isEqualTo("1");
    assertThat(story.profile("user_id:u1", "events").expect(200).at("/data/0/source_id").asText())
        .isEqualTo(source.path("slug").asText());
  }

  @Test
  @Tag("A-03")
  void theEventsOfADisabledSourceAreDiscarded() {
    JsonNode source = create("{'name':'Shop A03'}");
    String path = "/config/sources/" + source.path("id").asText();
    instance.admin("PATCH", path, json("{'enabled':false}")).expect(200);

    track(source, 200);
    instance.flush();

    assertThat(story.profile("user_id:u1", "traits").status()).isEqualTo(404);
    JsonNode rejected =
        instance
            .admin("GET", "/admin/rejected?space=" + story.space(), null)
            .expect(200)
            .path("data");
    assertThat(rejected).hasSize(1);
    assertThat(rejected.path(0).path("code").asText()).isEqualTo("source_disabled");
    assertThat(rejected.path(0).path("sample").asText()).contains("\"event\":\"E\"");
    instance.admin("POST", path + "/enable", null).expect(200);
    track(source, 200);
    instance.flush();
    assertThat(story.value("u1", "n")).isEqualTo("1");
  }

  @Test
  @Tag("A-32")
  void aSourceOfACrmIsListedWithItsKindAndSettings() {
    JsonNode made =
        create(
            "{'name':'CRM A32','kind':'crm','settings':{'strict':true,'labels':['environment:dev']}}");

    JsonNode listed = null;
    for (JsonNode each : instance.admin("GET", "/config/sources", null).expect(200).path("data")) {
      listed = each.path("id").equals(made.path("id")) ? each : listed;
    }
    assertThat(listed).isEqualTo(kept(made));
    assertThat(made.path("kind").asText()).isEqualTo("crm");
    assertThat(made.at("/settings/strict").asBoolean()).isTrue();
    assertThat(made.at("/settings/labels/0").asText()).isEqualTo("environment:dev");
    String unknown = "{'name':'X','spaces':['" + story.space() + "'],'settings':{'colour':'red'}}";
    assertThat(instance.admin("POST", "/config/sources", json(unknown)).expect(400).toString())
        .contains("colour");
  }

  @Test
  void aCreatedSourceIsPartOfTheDefinitionAndSurvivesItsRoundTrip(@TempDir Path directory)
      throws Exception {
    JsonNode source = create("{'name':'Shop round trip'}");
    JsonNode definition = story.config("GET", "", null).expect(200);
    Path file = directory.resolve("space.yaml");
    Files.writeString(file, definition.toString());

    String plan = instance.command(directory, "plan", file.toString());
    assertThat(plan).doesNotContain("sources");
    instance.command(directory, "apply", file.toString());

    assertThat(
            instance
                .admin("GET", "/config/sources/" + source.path("id").asText(), null)
                .expect(200))
        .isEqualTo(kept(source));
    track(source, 200);
  }

  /** A new source without its write key, which is answered once and kept as a hash. */
  private static JsonNode kept(JsonNode made) {
    return ((ObjectNode) made.deepCopy()).without("write_key");
  }

  @Test
  void oneSourceMayFeedSeveralSpaces() {
    Story other = new Story("{'traits':[{'key':'n','type':'event_counter','event':'E'}]}");
    List<String> spaces = new ArrayList<>(List.of(story.space(), other.space()));
    JsonNode source =
        instance
            .admin(
                "POST",
                "/config/sources",
                json(
                    "{'name':'Both','slug':'both-"
                        + story.space()
                        + "','spaces':['"
                        + String.join("','", spaces)
                        + "']}"))
            .expect(201);

    track(source, 200);
    instance.flush();

    assertThat(story.value("u1", "n")).isEqualTo("1");
    assertThat(other.value("u1", "n")).isEqualTo("1");
  }

  private JsonNode create(String members) {
    ObjectNode body = (ObjectNode) json(members);
    body.putArray("spaces").add(story.space());
    return instance.admin("POST", "/config/sources", body).expect(201);
  }

  private void track(JsonNode source, int status) {
    String call = "{\"userId\":\"u1\",\"event\":\"E\"}";
    String authorization = basic(source.path("write_key").asText() + ":");
    assertThat(raw.post("/v1/track", call, "Authorization", authorization).statusCode())
        .isEqualTo(status);
  }
}
