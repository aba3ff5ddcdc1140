package dev.traitflow.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventParser;
import dev.traitflow.core.event.Parsed;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.server.log.ClockKind;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeliveryApiTest {
  private static final ObjectMapper DEEP =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNestingDepth(1_100)
                      .maxNumberLength(10_000)
                      .build())
              .build());
  private static final String SPACE =
      "{'id':'spa','name':'Shop','traits':[{'key':'orders','type':'event_counter','event':'O',"
          + "'destinations':['CRM']},{'key':'quiet','type':'event_counter','event':'O'}],"
          + "'audiences':[{'key':'vip','root':{'all':[{'trait':'orders','op':'exists'}]},"
          + "'destinations':['dst_crm']}],"
          + "'destinations':[{'id':'dst_crm','name':'CRM','kind':'capture','enabled':true,"
          + "'actions':{'vip':'track'}}]}";

  private final Path directory;

  DeliveryApiTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void createsDisabledDestinationsAndKeepsTheirIds() throws Exception {
    String path = "/config/spaces/shop/destinations";
    try (RunningServer server = new RunningServer(directory, ClockKind.TEST)) {
      JsonNode created = json(server, "POST", path, "{'name':'A','kind':'capture'}", 201);
      String id = created.path("id").asText();
      assertThat(id).startsWith("dst_");
      assertThat(created.path("enabled").asBoolean(true)).isFalse();
      json(server, "POST", path, "{'name':'A','kind':'capture'}", 409);
      JsonNode error =
          json(server, "POST", path, "{'name':'B','kind':'webhook'}", 400).path("error");
      assertThat(error.path("field").asText()).isEqualTo("kind");
      assertThat(error.path("message").asText()).contains("not supported yet");
      JsonNode enabled =
          json(
              server, "PUT", path + "/" + id, "{'name':'A2','kind':'capture','enabled':true}", 200);
      assertThat(enabled.path("id").asText()).isEqualTo(id);
      assertThat(json(server, "GET", path, "", 200).path("data")).containsExactly(enabled);
      assertThat(json(server, "GET", path + "/" + id, "", 200)).isEqualTo(enabled);
      json(server, "DELETE", path + "/" + id, "", 200);
      json(server, "GET", path + "/" + id, "", 404);
      json(server, "GET", "/admin/capture/" + id, "", 404);
    }
  }

  @Test
  void sendsEachChangeOnceToWhoIsConcerned() throws Exception {
    try (RunningServer server = crm()) {
      server.topics.mapped("user_id", "u1", "use_1", 1);
      server.topics.value("use_1", "orders", "1", 1).value("use_1", "quiet", "1", 1).applied();
      assertThat(captured(server)).containsExactly("u1 {\"orders\":1} 200");

      server.topics.value("use_1", "orders", "1", 2).applied();
      server.topics.value("use_1", "orders", "2", 2).applied();
      assertThat(captured(server)).hasSize(2).last().isEqualTo("u1 {\"orders\":2} 200");

      server.topics.mapped("email", "e1", "use_1", 3).mapped("phone", "1", "use_1", 4).applied();
      assertThat(captured(server))
          .hasSize(3)
          .last()
          .isEqualTo("u1 {\"email\":\"e1\",\"orders\":2} 200");

      server.topics.value("use_1", "orders", null, 2).applied();
      assertThat(captured(server))
          .hasSize(4)
          .last()
          .isEqualTo("u1 {\"email\":\"e1\",\"orders\":null} 200");
      server.admin("DELETE", "/admin/capture/dst_crm", "");
      assertThat(captured(server)).isEmpty();
    }
  }

  @Test
  void aMergeTellsTheIdentifiersThatAreNewAndTakesBackWhatTheLoserWas() throws Exception {
    try (RunningServer server = crm()) {
      server.topics.mapped("user_id", "u1", "use_1", 1).mapped("user_id", "u2", "use_2", 2);
      server.topics.value("use_1", "orders", "1", 1).value("use_2", "orders", "2", 1);
      server.topics.value("use_2", "vip", TraitClass.AUDIENCE, "true", 1).applied();
      assertThat(captured(server)).hasSize(3);
      server.topics.value("use_1", "orders", "3", 1).absorbed("use_1", "use_2", 5, 1).applied();
      List<String> captured = captured(server);
      assertThat(captured.subList(3, captured.size()))
          .containsExactlyInAnyOrder(
              "u1 {\"orders\":3} 200",
              "u2 {\"orders\":3} 200",
              "u1 Audience Exited {\"audience_key\":\"vip\",\"vip\":false} 200",
              "u2 Audience Exited {\"audience_key\":\"vip\",\"vip\":false} 200");
    }
  }

  @Test
  void triesAgainWhatWasNotTakenButNotWhatIsObsolete() throws Exception {
    try (RunningServer server = crm()) {
      server.admin("POST", "/admin/clock", "{\"now\":\"2025-01-01T00:00:00Z\"}");
      json(server, "POST", "/admin/capture/dst_crm", "{'answer':503,'times':2}", 200);
      server.topics.mapped("user_id", "u1", "use_1", 1).value("use_1", "orders", "1", 1).applied();
      assertThat(captured(server)).containsExactly("u1 {\"orders\":1} 503");
      server.admin("POST", "/admin/clock", "{\"advance\":\"PT1M\"}");
      assertThat(captured(server)).hasSize(2).last().isEqualTo("u1 {\"orders\":1} 503");
      server.admin("POST", "/admin/clock", "{\"advance\":\"PT1M\"}");
      assertThat(captured(server)).hasSize(3).last().isEqualTo("u1 {\"orders\":1} 200");
      JsonNode data = json(server, "GET", "/admin/capture/dst_crm", "", 200).path("data");
      assertThat(data.get(0).path("message_id")).isEqualTo(data.get(2).path("message_id"));
      assertThat(data.get(2).path("attempt").asInt()).isEqualTo(3);

      json(server, "POST", "/admin/capture/dst_crm", "{'answer':503}", 200);
      server.topics.value("use_1", "orders", "2", 1).applied();
      assertThat(captured(server)).hasSize(4);
      server.topics.value("use_1", "orders", "3", 1).applied();
      // Seen before the call that waits is due again: which of the two comes first is not timed.
      captured(server);
      server.admin("POST", "/admin/clock", "{\"advance\":\"PT1H\"}");
      assertThat(captured(server)).hasSize(5).last().isEqualTo("u1 {\"orders\":3} 200");

      json(server, "POST", "/admin/capture/dst_crm", "{'answer':400}", 200);
      server.topics.value("use_1", "orders", "4", 1).applied();
      server.admin("POST", "/admin/clock", "{\"advance\":\"PT1H\"}");
      assertThat(captured(server)).hasSize(6).last().isEqualTo("u1 {\"orders\":4} 400");
    }
  }

  @Test
  void sendsEachEventOfASourceOnceToWhomItIsMeantFor() throws Exception {
    try (RunningServer server = sourced()) {
      Event plain = event("{'messageId':'m1','userId':'u1','event':'A','properties':{'n':1}}");
      server.topics.event("use_1", plain).event("use_1", plain).applied();
      server.topics.event("use_1", plain).eventMoved("use_1", "use_2", plain).applied();
      assertThat(captured(server)).containsExactly("u1 A {\"n\":1} 200");
      server
          .topics
          .event("use_1", said("m2", "B", "{'All':false}"))
          .event("use_1", said("m3", "C", "{'All':false,'CRM':true}"))
          .event("use_1", said("m4", "D", "{'CRM':false}"))
          .applied();
      server.topics.event("use_1", said("m5", "E", "{'All':false,'crm':true}")).applied();
      assertThat(captured(server)).hasSize(2).last().isEqualTo("u1 C  200");
      JsonNode answer = json(server, "GET", "/admin/capture/dst_crm", "", 200);
      assertThat(answer.path("filtered").toString())
          .isEqualTo("{\"FILTERED_BY_INTEGRATIONS_OBJECT\":3}");
    }
  }

  @Test
  void aMergeDropsNoEventOfASourceThatWaits() throws Exception {
    try (RunningServer server = sourced()) {
      server.topics.mapped("user_id", "u1", "use_1", 1).mapped("user_id", "u2", "use_2", 2);
      json(server, "POST", "/admin/capture/dst_crm", "{'answer':503}", 200);
      server.topics.event("use_2", said("m1", "A", "{}")).applied();
      assertThat(captured(server)).containsExactly("u1 A  503");
      server.topics.absorbed("use_1", "use_2", 5, 1).applied();
      server.admin("POST", "/admin/clock", "{\"advance\":\"PT1M\"}");
      assertThat(captured(server)).containsExactly("u1 A  503", "u1 A  200");
    }
  }

  @Test
  void sendsTheDeepestEventAndTheLongestNumberThatAreAccepted() throws Exception {
    try (RunningServer server = sourced()) {
      String deep = "[".repeat(998) + "9".repeat(1_000) + "]".repeat(998);
      server
          .topics
          .event("use_1", event("{'userId':'u1','event':'A','properties':{'p':" + deep + "}}"))
          .applied();
      assertThat(captured(server)).containsExactly("u1 A {\"p\":" + deep + "} 200");
    }
  }

  private RunningServer sourced() throws Exception {
    String space =
        "{'id':'spa','name':'Shop','sources':[{'name':'Web','slug':'web','write_key':'k'}],"
            + "'destinations':[{'id':'dst_crm','name':'CRM','kind':'capture','enabled':true,"
            + "'sources':['web']}]}";
    return new RunningServer(directory, ClockKind.TEST, space);
  }

  private static Event said(String messageId, String name, String integrations) {
    return event(
        "{'messageId':'"
            + messageId
            + "','userId':'u1','event':'"
            + name
            + "','integrations':"
            + integrations
            + "}");
  }

  private static Event event(String json) {
    byte[] body = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    Parsed parsed = new EventParser().parse(body, "track", "m", "web", 1_000, false);
    return ((Parsed.Accepted) parsed).event();
  }

  private RunningServer crm() throws Exception {
    return new RunningServer(directory, ClockKind.TEST, SPACE);
  }

  /** User, event, traits or properties, and the status answered, of each call. */
  private static List<String> captured(RunningServer server) throws Exception {
    server.deliveries.handOver();
    List<String> calls = new ArrayList<>();
    for (JsonNode each : json(server, "GET", "/admin/capture/dst_crm", "", 200).path("data")) {
      JsonNode payload = each.path("payload");
      boolean track = payload.path("type").asText().equals("track");
      calls.add(
          payload.path("userId").asText()
              + (track ? " " + payload.path("event").asText() : "")
              + " "
              + payload.path(track ? "properties" : "traits")
              + " "
              + each.path("status"));
    }
    return calls;
  }

  private static JsonNode json(
      RunningServer server, String method, String path, String body, int status) throws Exception {
    HttpResponse<String> answer = server.admin(method, path, body.replace('\'', '"'));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return DEEP.readTree(answer.body());
  }
}
