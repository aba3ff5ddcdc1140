package dev.traitflow.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.server.log.ClockKind;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AudiencesApiTest {
  private static final String PATH = "/config/spaces/shop/audiences";
  private static final String GERMANS =
      "{'name':'Our Germans','root':{'all':[{'trait':'country','op':'equals','value':'DE'}]}}";

  private final Path directory;

  AudiencesApiTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void createsShowsChangesAndDeletes() throws Exception {
    try (RunningServer server = start()) {
      JsonNode created = json(send(server, "POST", PATH, GERMANS), 201);
      assertThat(created.path("key").asText()).isEqualTo("our_germans");
      assertThat(created.path("version").asInt()).isEqualTo(1);
      assertThat(json(send(server, "GET", PATH, ""), 200).path("data")).containsExactly(created);
      assertThat(json(send(server, "GET", PATH + "/our_germans", ""), 200)).isEqualTo(created);

      String renamed = GERMANS.replace("Our", "All");
      JsonNode next = json(send(server, "PUT", PATH + "/our_germans", renamed), 200);
      assertThat(next.path("name").asText()).isEqualTo("All Germans");
      assertThat(next.path("key").asText()).isEqualTo("our_germans");
      assertThat(next.path("version").asInt()).isEqualTo(1);
      String french = GERMANS.replace("DE", "FR");
      next = json(send(server, "PUT", PATH + "/our_germans", french), 200);
      assertThat(next.path("version").asInt()).isEqualTo(2);

      assertThat(json(send(server, "DELETE", PATH + "/our_germans", ""), 200))
          .isEqualTo(new ObjectMapper().readTree("{\"key\":\"our_germans\",\"deleted\":true}"));
      assertThat(json(send(server, "GET", PATH, ""), 200).path("data")).isEmpty();
      assertThat(error(send(server, "GET", PATH + "/our_germans", ""), 404)).isEqualTo("not_found");
      assertThat(error(send(server, "POST", PATH, GERMANS), 409)).isEqualTo("conflict");
    }
  }

  @Test
  void refusesWhatIsInvalidWithTheField() throws Exception {
    try (RunningServer server = start()) {
      HttpResponse<String> answer =
          send(server, "POST", PATH, "{'key':'k','root':{'all':[{'trait':'a','op':'is'}]}}");
      assertThat(error(answer, 400)).isEqualTo("validation_error");
      assertThat(json(answer, 400).path("error").path("field").asText()).isEqualTo("root.all.0.op");

      answer = send(server, "POST", PATH, "{'key':'k','root':{'all':[{'audience':'k'}]}}");
      assertThat(json(answer, 400).path("error").path("field").asText()).isEqualTo("root");
      assertThat(answer.body()).contains("cycle by referencing another audience");
      assertThat(error(send(server, "GET", "/config/spaces/no/audiences", ""), 404))
          .isEqualTo("not_found");
      assertThat(send(server, "PUT", PATH, GERMANS).statusCode()).isEqualTo(405);
    }
  }

  @Test
  void doesNotDeleteWhatAnotherAudienceUsesAndDoesNotChangeKeys() throws Exception {
    try (RunningServer server = start()) {
      json(send(server, "POST", PATH, GERMANS), 201);
      String user = "{'key':'user','root':{'all':[{'audience':'our_germans','member':false}]}}";
      json(send(server, "POST", PATH, user), 201);
      HttpResponse<String> answer = send(server, "DELETE", PATH + "/our_germans", "");
      assertThat(error(answer, 409)).isEqualTo("conflict");
      assertThat(answer.body()).contains("is used by user");
      assertThat(error(send(server, "PUT", PATH + "/our_germans", user), 400))
          .isEqualTo("validation_error");
    }
  }

  @Test
  void theTemplatesAreLockedUntilAnInteractionArrives() throws Exception {
    String path = "/config/spaces/shop/templates/flex";
    try (RunningServer server = start()) {
      JsonNode locked = json(send(server, "GET", path, ""), 200);
      assertThat(locked.path("data")).hasSize(6);
      assertThat(locked.path("data").path(0).path("enabled").asBoolean(true)).isFalse();
      assertThat(locked.path("data").path(0).path("reason").asText()).contains("No Flex");
      assertThat(error(send(server, "POST", path, ""), 409)).isEqualTo("conflict");

      server.topics.event("use_1", "Flex - Anything", "m1", 1_000).applied();
      JsonNode open = json(send(server, "GET", path, ""), 200);
      assertThat(open.path("data").path(0).path("enabled").asBoolean(false)).isTrue();
      assertThat(open.has("reason")).isFalse();
      JsonNode created = json(send(server, "POST", path, ""), 201);
      assertThat(created.path("created")).hasSize(6);
      JsonNode again = json(send(server, "POST", path, ""), 201);
      assertThat(again.path("created")).isEmpty();
      assertThat(again.path("existing")).hasSize(6);
    }
  }

  private RunningServer start() throws Exception {
    return new RunningServer(directory, ClockKind.TEST);
  }

  private static HttpResponse<String> send(
      RunningServer server, String method, String path, String body) throws Exception {
    return server.admin(method, path, body.replace('\'', '"'));
  }

  private static String error(HttpResponse<String> answer, int status) throws Exception {
    return json(answer, status).path("error").path("code").asText();
  }

  private static JsonNode json(HttpResponse<String> answer, int status) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return new ObjectMapper().readTree(answer.body());
  }
}
