package dev.traitflow.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.server.health.JobHealth;
import dev.traitflow.server.log.ClockKind;
import dev.traitflow.server.log.LogToken;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holds the OpenAPI document against the running server: every documented route, status and
 * parameter is seen, every answer is as its schema says, and no route is missing.
 */
class ApiDocumentTest {
  private static final String U1 = "/v1/spaces/spa/collections/users/profiles/user_id:u1";
  private static final int LONG_HISTORY = 100_001;

  private final RunningServer server;
  private final ApiContract contract;

  ApiDocumentTest(@TempDir Path directory) throws Exception {
    server =
        new RunningServer(
            directory,
            ClockKind.WALL,
            RunningServer.SPACE + "traits: [{key: orders, type: event_counter, event: A}]\n");
    for (String more :
        List.of(
            "{\"id\":\"spv\",\"name\":\"V\",\"limits\":\"vendor\",\"tokens\":[{\"name\":\"t\","
                + "\"token\":\"v-token\"}]}",
            "{\"id\":\"spc\",\"name\":\"C\",\"identifier_deletion\":false,"
                + "\"tokens\":[{\"name\":\"t\",\"token\":\"c-token\"}]}")) {
      assertThat(server.admin("POST", "/admin/spaces", more).statusCode()).isEqualTo(200);
    }
    server
        .topics
        .mapped("user_id", "u1", "use_1", 1)
        .mapped("email", "a@x.io", "use_1", 2)
        .mapped("user_id", "long", "use_2", 3)
        .value("use_1", "country", TraitClass.CUSTOM, "\"DE\"", 1)
        .value("use_1", "orders", TraitClass.COMPUTED, "3", 1)
        .event("use_1", "A", "m1", 1_000)
        .event("use_1", "B", "m2", 2_000)
        .linked("use_1", "g1", "m7", 1_500)
        .linked("use_1", "g2", "m8", 1_600)
        .folded(0, 1, 5_000);
    for (int i = 0; i < LONG_HISTORY; i++) {
      server.topics.event("use_2", "A", "l" + i, i);
    }
    server.topics.applied();
    contract = new ApiContract(new ObjectMapper().readTree(server.get("/openapi.json", "").body()));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private JsonNode get(String path, String user) throws Exception {
    return contract.check("GET", path, server.get(path, user));
  }

  private JsonNode post(String path, String user, String body) throws Exception {
    HttpResponse<String> answer =
        server.send(server.request(path, user).POST(BodyPublishers.ofString(body)));
    return contract.check("POST", path, answer);
  }

  @Test
  void everyRouteIsDocumentedAndNoOther() {
    Set<String> documented =
        contract.operations().stream()
            .map(ApiContract.Operation::toString)
            .collect(Collectors.toSet());
    Set<String> served =
        server.routes().stream()
            .map(route -> route.toString().replace("*", "{call}"))
            .filter(route -> !route.contains("/v1/namespaces/"))
            .collect(Collectors.toSet());
    assertThat(documented).isEqualTo(served).hasSizeGreaterThan(100);
  }

  @Test
  void everyAnswerIsAsDocumentedAndAllIsSeen() throws Exception {
    get("/openapi.json", "");
    health();
    reads();
    writes();
    refusals();
    late();
    flushes();
    calls();
    server.markAll();
    get("/ready", "");
    // Other routes are held against the document where they are tested.
    assertThat(contract.unseen())
        .filteredOn(what -> what.contains(" /v1/spaces/") || what.contains(" /v1/track"))
        .isEmpty();
  }

  private void health() throws Exception {
    get("/health", "");
    get("/ready", "");
    server.jobs = List.of(new JobHealth("profile-job", "FAILED", true, 1, 1, "no disk"));
    assertThat(get("/ready", "").path("ready").asBoolean()).isFalse();
    HttpResponse<String> flush = server.admin("POST", "/admin/flush", "");
    assertThat(contract.check("POST", "/admin/flush", flush).at("/error/code").asText())
        .isEqualTo("pipeline_failing");
    server.jobs = List.of();
  }

  private void reads() throws Exception {
    String past = "?as_of=1970-01-01T00:00:03Z&known=true&slow=true";
    get(U1, "dev-token");
    get(U1 + past, "dev-token");
    JsonNode traits = get(U1 + "/traits?limit=1", "dev-token");
    get(U1 + "/traits?next=" + traits.at("/cursor/next").asText(), "dev-token");
    get(U1 + "/traits?include=country&exclude=x&class=computed_trait&verbose=true", "dev-token");
    get(U1 + "/traits" + past, "dev-token");
    get(U1 + "/traits/orders/why?limit=5", "dev-token");
    get(U1 + "/traits/orders/why" + past, "dev-token");
    JsonNode ids = get(U1 + "/external_ids?limit=1&include=user_id,email", "dev-token");
    get(U1 + "/external_ids?next=" + ids.at("/cursor/next").asText(), "dev-token");
    JsonNode events = get(U1 + "/events?limit=1&history=full&verbose=true", "dev-token");
    assertThat(events.path("data")).hasSize(1);
    get(U1 + "/events?next=" + events.at("/cursor/next").asText(), "dev-token");
    get(U1 + "/events?start=1970-01-01&end=1971-01-01&include=A&exclude=B&sort=asc", "dev-token");
    get(U1 + "/metadata?verbose=true", "dev-token");
    JsonNode links = get(U1 + "/links?limit=1", "dev-token");
    get(U1 + "/links?next=" + links.at("/cursor/next").asText(), "dev-token");
  }

  private void writes() throws Exception {
    String ids = "{\"ids\":[\"user_id:u1\",\"user_id:nobody\",\"odd\"]}";
    for (String route : List.of("profiles:batch", "profiles/bulk")) {
      String path = "/v1/spaces/spa/collections/users/" + route;
      post(path, "dev-token", ids);
      post(
          path + "?limit=1&include=country&exclude=x&class=computed_trait&verbose=true",
          "dev-token",
          ids);
      post(path, "dev-token", "{}");
      post(path, "b-token", ids);
      limited("POST", path.replace("spa/", "spv/"));
    }
    String delete = U1 + "/external_ids/delete";
    String email = "{\"delete_external_ids\":[{\"id\":\"a@x.io\",\"type\":\"email\"}]}";
    post(delete, "dev-token", email);
    post(delete, "dev-token", "{}");
    post(delete, "b-token", email);
    post(delete.replace("u1", "nobody"), "dev-token", email);
    post(delete.replace("spa/", "spc/"), "c-token", email);
    limited("POST", delete.replace("spa/", "spv/"));
  }

  private void refusals() throws Exception {
    String longHistory = U1.replace("u1", "long");
    for (String leaf :
        List.of(
            "",
            "/traits",
            "/traits/orders/why",
            "/external_ids",
            "/events",
            "/metadata",
            "/links")) {
      get(U1.replace("user_id:u1", "u1") + leaf, "dev-token");
      get(U1 + leaf, "wrong");
      get(U1.replace("u1", "nobody") + leaf, "dev-token");
      limited("GET", U1.replace("spa/", "spv/") + leaf);
    }
    for (String leaf : List.of("", "/traits", "/traits/orders/why")) {
      JsonNode refused = get(longHistory + leaf + "?as_of=2025-01-01", "dev-token");
      assertThat(refused.at("/error/code").asText()).isEqualTo("limit_exceeded");
    }
  }

  /** Asks until the space's limit of a second is reached. */
  private void limited(String method, String path) throws Exception {
    HttpResponse<String> answer;
    int asked = 0;
    do {
      answer =
          server.send(
              server.request(path, "v-token").method(method, BodyPublishers.ofString("{}")));
    } while (answer.statusCode() != 429 && ++asked < 2_000);
    contract.check(method, path, answer);
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("Retry-After")).contains("1");
  }

  private void late() throws Exception {
    String ahead = "after=" + LogToken.of(0, 1_000_000).text();
    String reflected = "after=" + LogToken.of(0, 0).text();
    for (String topic : List.of(Topics.IDENTIFIERS, Topics.INSIGHTS)) {
      mark(topic, "resolve", 3, Map.of(Marker.FLUSH_OFFSET, 5L));
    }
    mark(Topics.PROFILE_EVENTS, "history", 3, Map.of());
    for (String leaf :
        List.of(
            "",
            "/traits",
            "/traits/orders/why",
            "/external_ids",
            "/events",
            "/metadata",
            "/links")) {
      JsonNode late = get(U1 + leaf + "?wait=0&" + ahead, "dev-token");
      assertThat(late.path("as_of").asText()).isEqualTo("1970-01-01T00:00:05.000Z");
      get(U1 + leaf + "?wait=5&" + reflected, "dev-token");
    }
    for (String route : List.of("profiles:batch", "profiles/bulk")) {
      String path = "/v1/spaces/spa/collections/users/" + route;
      post(path + "?wait=0&" + ahead, "dev-token", "{}");
      post(path + "?wait=5&" + reflected, "dev-token", "{\"ids\":[\"user_id:u1\"]}");
    }
  }

  private void mark(String topic, String stage, long flush, Map<String, Long> counts) {
    server.topics.marker(topic, 0, new Marker(stage, 0, 1, 1, flush, 5_000, counts)).applied();
  }

  private void flushes() throws Exception {
    String path = "/admin/flush";
    contract.check("POST", path, server.admin("POST", path + "?timeout=x", ""));
    contract.check("POST", path, server.post(path, "", ""));
    contract.check("POST", path, server.admin("POST", path + "?timeout=1", ""));
    server.log.onFlush(
        flush -> {
          for (String topic : List.of(Topics.IDENTIFIERS, Topics.INSIGHTS)) {
            mark(topic, "resolve", 100 + flush, Map.of("scored", 100 + flush));
          }
          mark(Topics.PROFILE_EVENTS, "history", 100 + flush, Map.of());
          mark(Topics.PROFILE_CHANGES, "fold", 100 + flush, Map.of());
          mark(Topics.PROFILE_CHANGES, "accounts", 100 + flush, Map.of());
        });
    contract.check("POST", path + "?timeout=20", server.admin("POST", path + "?timeout=20", ""));
  }

  private void calls() throws Exception {
    String call = "{\"userId\":\"u1\",\"event\":\"A\"}";
    post("/v1/track", "web-key", call);
    post("/v1/track", "web-key", "{\"userId\":\"u1\",\"x\":\"" + "y".repeat(1 << 16) + "\"}");
    post("/v1/track", "", call);
    post("/v1/batch", "web-key", "{\"batch\":[" + call.replace("{", "{\"type\":\"track\",") + "]}");
    post("/v1/batch", "web-key", "{\"batch\":[\"" + "y".repeat(1 << 20) + "\"]}");
    post("/v1/batch", "", "{\"batch\":[]}");
  }
}
