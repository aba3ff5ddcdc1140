package dev.traitflow.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.server.log.ClockKind;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcesApiTest {
  private static final String CALL = "{\"userId\":\"u1\",\"event\":\"A\"}";

  private final RunningServer server;

  SourcesApiTest(@TempDir Path directory) throws Exception {
    server = new RunningServer(directory, ClockKind.WALL);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void listsTheCatalogAndWhatTheSpacesHave() throws Exception {
    assertThat(ok("GET", "/config/sources/catalog", "").findValuesAsText("kind"))
        .contains("website", "server", "mobile", "http", "crm", "cloud", "warehouse");
    JsonNode list = ok("GET", "/config/sources", "").path("data");
    assertThat(list.findValuesAsText("slug")).containsExactly("web", "old");
    assertThat(list.path(0).path("id").asText()).startsWith("src_");
    assertThat(list.path(0).path("spaces").toString()).isEqualTo("[\"spa\"]");
  }

  @Test
  void createsASourceThatIsEnabledAtOnceAndPartOfTheDefinition() throws Exception {
    JsonNode made =
        json(
            server.admin(
                "POST",
                "/config/sources",
                "{\"name\":\"Shop\",\"kind\":\"website\",\"spaces\":[\"spa\"]}"),
            201);

    assertThat(made.path("slug").asText()).isEqualTo("shop");
    assertThat(made.path("enabled").asBoolean()).isTrue();
    String key = made.path("write_key").asText();
    assertThat(server.post("/v1/track", key, CALL).statusCode()).isEqualTo(200);
    assertThat(server.calls()).extracting(LogRecord::source).containsExactly("shop");
    JsonNode definition = ok("GET", "/config/spaces/spa", "");
    assertThat(definition.path("sources").findValuesAsText("slug")).contains("shop");
    assertThat(server.admin("POST", "/admin/spaces", definition.toString()).statusCode())
        .isEqualTo(200);
    assertThat(made.path("write_key_end").asText()).isEqualTo(key.substring(key.length() - 4));
    assertThat(definition.toString()).doesNotContain(key);
    assertThat(ok("GET", "/config/sources", "").toString()).doesNotContain(key);
    ((ObjectNode) made).remove("write_key");
    assertThat(ok("GET", "/config/sources/shop", "")).isEqualTo(made);
    assertThat(ok("GET", "/config/sources/" + made.path("id").asText(), "")).isEqualTo(made);
    // What was read can be written back, and the key stays.
    ok("PUT", "/config/sources/shop", made.toString());
    assertThat(server.post("/v1/track", key, CALL).statusCode()).isEqualTo(200);
  }

  @Test
  void oneSourceMayFeedSeveralSpaces() throws Exception {
    JsonNode made =
        json(
            server.admin(
                "POST", "/config/sources", "{\"name\":\"All\",\"spaces\":[\"spb\",\"spa\"]}"),
            201);
    String id = made.path("id").asText();

    server.post("/v1/track", made.path("write_key").asText(), CALL);

    assertThat(server.calls()).extracting(LogRecord::space).containsExactlyInAnyOrder("spa", "spb");
    ok("POST", "/config/sources/" + id + "/disable", "");
    server.post("/v1/track", made.path("write_key").asText(), CALL);
    assertThat(server.calls()).hasSize(2);
    ok("DELETE", "/config/sources/" + id, "");
    assertThat(server.admin("GET", "/config/sources/" + id, "").statusCode()).isEqualTo(404);
    assertThat(server.post("/v1/track", made.path("write_key").asText(), CALL).statusCode())
        .isEqualTo(401);
  }

  @Test
  void changesNameSwitchAndSettingsAndRotatesTheKey() throws Exception {
    JsonNode changed =
        ok(
            "PATCH",
            "/config/sources/web",
            "{\"name\":\"Site\",\"settings\":{\"strict\":true,\"labels\":[\"environment:dev\"]}}");
    assertThat(changed.path("name").asText()).isEqualTo("Site");
    assertThat(changed.path("settings").toString())
        .isEqualTo("{\"strict\":true,\"flex_normalise\":true,\"labels\":[\"environment:dev\"]}");
    assertThat(server.post("/v1/track", "web-key", "{}").statusCode()).isEqualTo(400);

    ok("PUT", "/config/sources/web", "{\"settings\":{\"strict\":false}}");
    assertThat(server.post("/v1/track", "web-key", "{}").statusCode()).isEqualTo(200);
    ok("POST", "/config/sources/old/enable", "");
    assertThat(server.post("/v1/track", "old-key", CALL).statusCode()).isEqualTo(200);

    String key = ok("POST", "/config/sources/web/rotate-key", "").path("write_key").asText();
    assertThat(server.post("/v1/track", "web-key", CALL).statusCode()).isEqualTo(401);
    assertThat(server.post("/v1/track", key, CALL).statusCode()).isEqualTo(200);
  }

  @Test
  void refusesWhatIsWrongWithASentence() throws Exception {
    refused("{\"name\":\"X\"}", 400, "spa, spb");
    refused("{\"name\":\"\",\"spaces\":[\"spa\"]}", 400, "name");
    refused("{\"name\":\"X\",\"spaces\":[\"nope\"]}", 400, "nope");
    refused("{\"name\":\"X\",\"spaces\":\"spa\"}", 400, "spaces");
    refused("{\"name\":\"X\",\"kind\":\"toaster\",\"spaces\":[\"spa\"]}", 400, "website, server");
    refused("{\"name\":\"X\",\"settings\":{\"x\":1},\"spaces\":[\"spa\"]}", 400, "not a known key");
    refused("{\"name\":\"X\",\"colour\":1,\"spaces\":[\"spa\"]}", 400, "colour");
    refused("{\"name\":\"Web\",\"spaces\":[\"spb\"]}", 409, "web");
    refused("{\"name\":\"X\",\"write_key\":\"web-key\",\"spaces\":[\"spb\"]}", 409, "write key");
    refused("{\"name\":\"X\",\"write_key\":\"a:b\",\"spaces\":[\"spb\"]}", 400, "write_key");
    assertThat(server.admin("PATCH", "/config/sources/web", "{\"slug\":\"x\"}").statusCode())
        .isEqualTo(400);
    assertThat(server.admin("PATCH", "/config/sources/web", "{\"enabled\":7}").statusCode())
        .isEqualTo(400);
    // A source may have the slug `catalog`; this one is not there.
    assertThat(server.admin("DELETE", "/config/sources/catalog", "").statusCode()).isEqualTo(404);
    assertThat(server.admin("POST", "/config/sources/catalog", "").statusCode()).isEqualTo(405);
    assertThat(server.get("/config/sources", "").statusCode()).isEqualTo(401);
    assertThat(ok("GET", "/config/sources", "").path("data")).hasSize(2);
  }

  private void refused(String body, int status, String words) throws Exception {
    HttpResponse<String> answer = server.admin("POST", "/config/sources", body);
    assertThat(answer.statusCode()).as(body + " " + answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains("\"error\"", words);
  }

  private JsonNode ok(String method, String path, String body) throws Exception {
    return json(server.admin(method, path, body), 200);
  }

  private static JsonNode json(HttpResponse<String> answer, int status) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return new ObjectMapper().readTree(answer.body());
  }
}
