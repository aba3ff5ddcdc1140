package dev.traitflow.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.TraitWrite;
import dev.traitflow.core.prediction.ModelState;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.server.log.ClockKind;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictionsApiTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long DAY = 86_400_000L;
  private static final String PATH = "/config/spaces/shop/predictions";
  private static final String BUY =
      "{'name':'Likelihood to purchase','kind':'purchase','window_days':30}";

  private final RunningServer server;
  private final ApiContract contract;
  private long taken;

  PredictionsApiTest(@TempDir Path directory) throws Exception {
    server = new RunningServer(directory, ClockKind.TEST, RunningServer.SPACE + "limits: vendor\n");
    contract = new ApiContract(JSON.readTree(server.get("/openapi.json", "").body()));
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void createsShowsRefusesEditsAndDeletes() throws Exception {
    JsonNode created = send("POST", PATH, BUY, 201);
    assertThat(created.path("key").asText()).isEqualTo("likelihood_to_purchase");
    assertThat(created.path("state").asText()).isEqualTo("In Progress");
    assertThat(created.path("events")).hasSize(1);
    assertThat(created.path("events").path(0).asText()).isEqualTo("Order Completed");
    assertThat(send("GET", PATH, "", 200).path("data")).containsExactly(created);
    String one = PATH + "/likelihood_to_purchase";
    assertThat(send("GET", one, "", 200)).isEqualTo(created);
    assertThat(error("POST", PATH, BUY, 409)).isEqualTo("conflict");

    JsonNode edit = send("PUT", one, BUY, 400);
    assertThat(edit.at("/error/message").asText()).contains("cannot be edited, only recreated");
    assertThat(send("GET", one, "", 200)).isEqualTo(created);

    String audience =
        "{'key':'a','root':{'all':[{'trait':'likelihood_to_purchase_probability',"
            + "'op':'greater_than','value':0.5}]}}";
    send("POST", "/config/spaces/shop/audiences", audience, 201);
    assertThat(error("DELETE", one, "", 409)).isEqualTo("conflict");
    send("DELETE", "/config/spaces/shop/audiences/a", "", 200);
    assertThat(send("DELETE", one, "", 200).path("deleted").asBoolean()).isTrue();
    assertThat(error("GET", one, "", 404)).isEqualTo("not_found");
    send("POST", PATH, BUY, 201);
  }

  @Test
  void refusesWhatIsInvalidWithTheField() throws Exception {
    for (String wrong :
        List.of(
            "window_days:{'key':'k','kind':'purchase','window_days':45}",
            "kind:{'key':'k','kind':'guess'}",
            "events:{'key':'k','kind':'custom'}",
            "events:{'key':'k','kind':'custom','events':['A','B','C']}",
            "windows:{'key':'k','kind':'purchase','windows':30}",
            "refresh_days:{'key':'k','kind':'purchase','refresh_days':31}",
            "key:{'kind':'purchase'}")) {
      String[] parts = wrong.split(":", 2);
      JsonNode error = send("POST", PATH, parts[1], 400).path("error");
      assertThat(error.path("code").asText()).isEqualTo("validation_error");
      assertThat(error.path("field").asText()).isEqualTo(parts[0]);
    }
    assertThat(error("GET", "/config/spaces/no/predictions", "", 404)).isEqualTo("not_found");
    send("PUT", PATH, BUY, 405);
    send("GET", PATH + "/no/explore", "", 404);
  }

  @Test
  void aPlanAllowsTenPredictions() throws Exception {
    for (int i = 0; i < 10; i++) {
      send("POST", PATH, "{'key':'p" + i + "','kind':'purchase'}", 201);
    }
    assertThat(error("POST", PATH, BUY, 422)).isEqualTo("limit_exceeded");
    send("DELETE", PATH + "/p3", "", 200);
    send("POST", PATH, BUY, 201);
  }

  @Test
  void tellsHowATrainingEndedAndWhichVersionsThereAre() throws Exception {
    send("POST", PATH, "{'key':'buy','kind':'purchase'}", 201);
    assertThat(error("GET", PATH + "/buy/explore", "", 409)).isEqualTo("conflict");
    ModelState begun = ModelState.begun("spa", "buy");
    JsonNode checks =
        JSON.readTree(
            """
            [{"code": "too_few_positives", "passed": false, "sentence": "got 99", "numbers": {}}]
            """);
    take(begun.refused("too_few_positives", "got 99 (expected at least 100)", checks, DAY));
    JsonNode failed = send("GET", PATH + "/buy", "", 200);
    assertThat(failed.path("state").asText()).isEqualTo("Failed");
    assertThat(failed.path("code").asText()).isEqualTo("too_few_positives");
    assertThat(failed.path("message").asText()).contains("99");
    assertThat(failed.path("checks")).isEqualTo(checks);

    take(live("v1", 2 * DAY));
    JsonNode live = send("GET", PATH + "/buy", "", 200);
    assertThat(live.path("state").asText()).isEqualTo("Live");
    assertThat(live.path("code").isNull()).isTrue();
    assertThat(live.path("version").asText()).isEqualTo("v1");
    assertThat(live.path("trained_at").asText()).isEqualTo("1970-01-03T00:00:00.000Z");
    assertThat(live.path("next_refresh_at").asText()).isEqualTo("1970-01-10T00:00:00.000Z");
    JsonNode statistics = live.path("statistics");
    assertThat(statistics.path("auc").asDouble()).isEqualTo(0.8);
    assertThat(statistics.path("log_loss").asDouble()).isEqualTo(0.4);
    assertThat(statistics.path("lift_quality").asDouble()).isEqualTo(2.5);
    assertThat(statistics.path("quality").asText()).isEqualTo("Good");
    double weights = 0;
    for (JsonNode each : send("GET", PATH + "/buy/contributions", "", 200).path("data")) {
      weights += each.path("weight").asDouble();
    }
    assertThat(weights).isCloseTo(1, within(1e-9));
    JsonNode versions = send("GET", PATH + "/buy/versions", "", 200).path("data");
    assertThat(versions).hasSize(1);
    assertThat(versions.path(0).path("in_force").asBoolean()).isTrue();
    assertThat(error("POST", PATH + "/buy/versions", "{}", 400)).isEqualTo("validation_error");
    assertThat(error("POST", PATH + "/buy/versions", "{'version':'v0'}", 400))
        .isEqualTo("validation_error");
    JsonNode label = send("GET", PATH + "/buy/nutrition-label", "", 200);
    assertThat(label.path("model_family").asText()).isEqualTo("linear, trees");
    assertThat(label.path("retention_days").asInt()).isEqualTo(30);
  }

  @Test
  void exploresScoresAndMakesAnAudienceOfARange() throws Exception {
    send("POST", PATH, "{'key':'buy','kind':'purchase'}", 201);
    take(live("v1", DAY));
    for (int i = 0; i < 20; i++) {
      server
          .topics
          .mapped("user_id", "u" + i, "use_" + i, i + 1)
          .value("use_" + i, "buy", TraitClass.PREDICTION, "" + i * 5 / 100.0, 1)
          .value("use_" + i, "buy_probability", TraitClass.PREDICTION, i < 10 ? "0.1" : "0.3", 1);
    }
    server.topics.mapped("user_id", "none", "use_none", 99).applied();

    JsonNode explored = send("GET", PATH + "/buy/explore?from=0.8", "", 200);
    assertThat(explored.path("profiles").asInt()).isEqualTo(20);
    assertThat(explored.path("bins")).hasSize(10);
    assertThat(explored.path("bins").findValuesAsText("profiles")).containsOnly("2");
    JsonNode range = explored.path("range");
    assertThat(range.path("profiles").asInt()).isEqualTo(4);
    assertThat(range.path("average_probability").asDouble()).isCloseTo(0.3, within(1e-12));
    assertThat(range.path("likelier_than_average").asDouble()).isCloseTo(1.5, within(1e-12));
    JsonNode lower = send("GET", PATH + "/buy/explore?from=0.3&to=0.45", "", 200).path("range");
    assertThat(lower.path("profiles").asInt()).isEqualTo(3);
    assertThat(lower.path("likelier_than_average").asDouble()).isLessThan(1);
    for (String wrong : List.of("from=1.5", "to=x", "from=0.5&to=0.5")) {
      send("GET", PATH + "/buy/explore?" + wrong, "", 400);
    }

    JsonNode top = send("POST", PATH + "/buy/audience", "{'from':0.8,'to':1}", 201);
    assertThat(top.at("/root/all")).hasSize(1);
    assertThat(top.at("/root/all/0"))
        .isEqualTo(JSON.readTree("{\"trait\":\"buy\",\"op\":\"greater_or_equal\",\"value\":0.8}"));
    assertThat(top.path("name").asText()).isEqualTo("buy: top 20 %");
    JsonNode low = send("POST", PATH + "/buy/audience", "{'to':0.8,'key':'low'}", 201);
    assertThat(low.at("/root/all/1/op").asText()).isEqualTo("less_than");
    assertThat(error("POST", PATH + "/buy/audience", "{'to':0.8,'key':'low'}", 409))
        .isEqualTo("conflict");
    for (String wrong : List.of("{'from':80}", "{'from':0.9,'to':0.8}", "{'top':20}")) {
      assertThat(error("POST", PATH + "/buy/audience", wrong, 400)).isEqualTo("validation_error");
    }
  }

  @Test
  void conversionsCountInTheBinTheUserWasInBefore() throws Exception {
    send("POST", PATH, "{'key':'buy','kind':'purchase'}", 201);
    take(live("v1", DAY));
    setClock("1970-01-08T00:00:00Z");
    JsonNode early = send("GET", PATH + "/buy/monitoring", "", 200);
    assertThat(early.path("ready").asBoolean(true)).isFalse();
    assertThat(early.path("available_at").asText()).isEqualTo("1970-01-09T00:00:00.000Z");

    server.topics.mapped("user_id", "u1", "use_1", 1).mapped("user_id", "u2", "use_2", 2);
    score("use_1", "0.95", DAY);
    score("use_2", "0.15", DAY);
    server.topics.event("use_1", "Order Completed", "m1", DAY / 2);
    server.topics.event("use_1", "Order Completed", "m2", 2 * DAY);
    score("use_1", "0.35", 2 * DAY);
    server.topics.event("use_1", "Order Completed", "m3", 3 * DAY);
    server.topics.event("use_1", "Page Viewed", "m4", 3 * DAY);
    server.topics.event("use_2", "Order Completed", "m5", DAY);
    server.topics.applied();
    setClock("1970-01-09T00:00:00Z");
    JsonNode report = send("GET", PATH + "/buy/monitoring", "", 200);
    assertThat(report.path("ready").asBoolean()).isTrue();
    List<Integer> conversions = new ArrayList<>();
    report.path("bins").forEach(bin -> conversions.add(bin.path("conversions").asInt()));
    assertThat(conversions).containsExactly(0, 0, 0, 1, 0, 0, 0, 0, 0, 1);
    assertThat(report.path("bins").path(1).path("profiles").asInt()).isEqualTo(1);
    assertThat(report.path("bins").path(3).path("rate").asDouble()).isEqualTo(1);
    assertThat(report.path("unscored_conversions").asInt()).isEqualTo(1);
  }

  @Test
  void deletingTakesTheTraitsBackByWrites() throws Exception {
    send("POST", PATH, "{'key':'buy','kind':'purchase'}", 201);
    server
        .topics
        .mapped("user_id", "u1", "use_1", 1)
        .value("use_1", "buy", TraitClass.PREDICTION, "0.5", 1)
        .value("use_1", "other", TraitClass.PREDICTION, "0.5", 1)
        .mapped("user_id", "u2", "use_2", 2)
        .applied();
    send("DELETE", PATH + "/buy", "", 200);
    List<LogRecord> writes =
        server.log.records().stream().filter(r -> r.kind() == LogRecord.Kind.WRITE).toList();
    assertThat(writes).hasSize(1);
    TraitWrite write = TraitWrite.CODEC.decode(writes.get(0).body());
    assertThat(write.profile()).isEqualTo("use_1");
    assertThat(write.writer()).isEqualTo("buy");
    assertThat(write.timestamp()).isEqualTo(7_000);
    JsonNode traits = JSON.readTree(write.traits());
    assertThat(traits.path("buy").isNull()).isTrue();
    assertThat(traits.path("buy_probability").isNull()).isTrue();
    // It has to win over the write it takes back, which has the same instant.
    assertThat(write.messageId()).isGreaterThan("buy/web/7000/use_1");
  }

  @Test
  void previewsWithEveryCheckAndFillsInWhatIsTracked() throws Exception {
    setClock("1970-07-01T00:00:00Z");
    server.topics.mapped("user_id", "u1", "use_1", 1).mapped("anonymous_id", "a", "use_2", 2);
    for (int day = 0; day < 180; day++) {
      server.topics.event("use_1", "Order Completed", "o" + day, day * DAY + 1);
      server.topics.event("use_2", "Page Viewed", "p" + day, day * DAY + 1);
    }
    server.topics.applied();
    JsonNode preview = send("POST", PATH + "/preview", "{'kind':'purchase'}", 200);
    assertThat(preview.path("profiles").asInt()).isEqualTo(2);
    assertThat(preview.path("known").asInt()).isEqualTo(1);
    assertThat(preview.path("eligible").asInt()).isEqualTo(1);
    assertThat(preview.path("positives").asInt()).isEqualTo(1);
    assertThat(preview.path("ready").asBoolean(true)).isFalse();
    assertThat(preview.path("code").asText()).isEqualTo("too_few_event_types");
    assertThat(preview.path("checks").findValuesAsText("code"))
        .contains("unknown_event", "not_enough_history", "target_event_gaps", "too_few_positives");
    send("POST", PATH + "/preview", "{'kind':'purchase','window_days':45}", 400);

    JsonNode kinds = send("GET", "/config/spaces/shop/templates/predictions", "", 200);
    JsonNode purchase = kinds.path("data").path(0).path("definition");
    assertThat(purchase.path("events").path(0).asText()).isEqualTo("Order Completed");
    assertThat(purchase.path("window_days").asInt()).isEqualTo(30);
  }

  @Test
  void suggestsFiveAudiencesAndCreatesThoseThatAudiencesCanBe() throws Exception {
    String path = "/config/spaces/shop/templates/predictive-audiences";
    JsonNode bare = send("GET", path, "", 200);
    assertThat(bare.path("data")).hasSize(5);
    JsonNode ready = bare.path("data").path(0);
    assertThat(ready.path("missing").path(0).path("name").asText())
        .isEqualTo("likelihood_to_purchase");
    assertThat(ready.path("ready").asBoolean(true)).isFalse();
    assertThat(error("POST", path, "{'template':'ready_to_buy'}", 400))
        .isEqualTo("validation_error");

    send("POST", PATH, "{'key':'buy','kind':'purchase'}", 201);
    JsonNode item = send("GET", path, "", 200).path("data").path(0);
    assertThat(item.path("ready").asBoolean()).isTrue();
    assertThat(item.at("/definition/root/all/0/trait").asText()).isEqualTo("buy");
    JsonNode shots = send("GET", path + "?purchase_event=Paid", "", 200).path("data").path(1);
    assertThat(shots.at("/definition/root/all/0/event").asText()).isEqualTo("Paid");
    assertThat(shots.path("missing").findValuesAsText("name")).containsExactly("Paid");
    assertThat(send("POST", path, "{'template':'ready_to_buy'}", 201).path("key").asText())
        .isEqualTo("ready_to_buy");
    JsonNode created = send("GET", path, "", 200).path("data").path(0);
    assertThat(created.path("created").asBoolean()).isTrue();
    assertThat(error("POST", path, "{'template':'nobody'}", 400)).isEqualTo("validation_error");
  }

  @Test
  void everyDocumentedRouteIsThere() throws Exception {
    send("POST", PATH, "{'key':'buy','kind':'purchase'}", 201);
    for (ApiContract.Operation operation : contract.operations()) {
      if (operation.path().contains("/pred")) {
        String path = operation.path().replace("{space}", "shop").replace("{prediction}", "buy");
        HttpResponse<String> answer = server.admin(operation.method(), path, "{}");
        assertThat(answer.body()).as(operation.toString()).doesNotContain("no such route");
        contract.check(operation.method(), path, answer);
        assertThat(server.post(path, "", "{}").statusCode()).isEqualTo(401);
        if (operation.method().equals("DELETE")) {
          send("POST", PATH, "{'key':'buy','kind':'purchase'}", 201);
        }
      }
    }
  }

  private void score(String profile, String percentile, long at) {
    String traits = "{\"buy\":" + percentile + ",\"buy_probability\":0.2}";
    Event write =
        new Event(
            EventType.WRITE,
            "buy/v1/" + at + "/" + profile,
            at,
            at,
            "v1",
            "buy",
            null,
            null,
            null,
            null,
            null,
            null,
            Event.NONE,
            traits.getBytes(StandardCharsets.UTF_8),
            Event.NONE);
    server.topics.event(profile, write);
  }

  private void setClock(String instant) throws Exception {
    send("POST", "/admin/clock", "{'now':'" + instant + "'}", 200);
  }

  private ModelState live(String version, long at) throws Exception {
    JsonNode card =
        JSON.readTree(
            """
            {"version": "v1", "quality": "Good", "label_free": false,
             "members": [{"kind": "linear", "share": 0.5}, {"kind": "trees", "share": 0.5}],
             "metrics": {"model": {"auc": 0.8, "logloss": 0.4, "lift20": 2.5, "n": 50}},
             "contributions": [{"event": "A", "weight": 0.5}, {"event": "B", "weight": 0.25}]}
            """);
    return ModelState.begun("spa", "buy")
        .live(
            new ModelState.Version(version, "models/" + version, at, "the first model"),
            card,
            JSON.createArrayNode(),
            at);
  }

  private void take(ModelState state) {
    server.models.take(state.topicKey(), taken++, state);
  }

  private String error(String method, String path, String body, int status) throws Exception {
    return send(method, path, body, status).at("/error/code").asText();
  }

  private JsonNode send(String method, String path, String body, int status) throws Exception {
    HttpResponse<String> answer = server.admin(method, path, body.replace('\'', '"'));
    assertThat(answer.statusCode())
        .as(method + " " + path + ": " + answer.body())
        .isEqualTo(status);
    if (path.contains("/pred") && status != 405) {
      contract.check(method, path, answer);
    }
    return JSON.readTree(answer.body());
  }
}
