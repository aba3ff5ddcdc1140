package dev.traitflow.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.server.log.ClockKind;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server answers by folding histories: why, the past, previews, plans, CSV. */
class HistoryReadsTest {
  private static final String U1 = "/v1/spaces/spa/collections/users/profiles/user_id:u1";
  private static final String SPACE =
      "{'id':'spa','name':'Shop','sources':[{'name':'Website','slug':'web','write_key':'web-key'}],"
          + "'tokens':[{'name':'tests','token':'dev-token'}],'traits':["
          + "{'key':'as','type':'event_counter','event':'A'},"
          + "{'key':'gone','type':'event_counter','event':'Z'},"
          + "{'key':'spend','type':'aggregation','aggregation':'sum','event':'A',"
          + "'property':'revenue'}]}";

  private final RunningServer server;

  HistoryReadsTest(@TempDir Path directory) throws Exception {
    server = new RunningServer(directory, ClockKind.WALL, json(SPACE));
    server
        .topics
        .mapped("user_id", "u1", "use_1", 1)
        .mapped("email", "a@x.io", "use_1", 2)
        .mapped("email", "b,\"b\"@x.io", "use_1", 3)
        .mapped("user_id", "u2", "use_2", 4)
        .mapped("user_id", "u3", "use_3", 5)
        .value("use_1", "as", TraitClass.COMPUTED, "2", 1)
        .value("use_1", "spend", TraitClass.COMPUTED, "45", 1)
        .value("use_2", "as", TraitClass.COMPUTED, "1", 1)
        .value("use_3", "plan", TraitClass.CUSTOM, "\"pro\"", 1)
        .event("use_1", "A", "m1", 1_000)
        .event("use_1", "B", "m2", 1_500)
        .event("use_1", "A", "m3", 2_000)
        .event("use_2", "A", "m4", 3_000)
        .event("use_3", "B", "m5", 3_000)
        .folded(0, 1, 5_000)
        .applied();
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }

  private static JsonNode tree(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new ObjectMapper().readTree(answer.body());
  }

  private JsonNode read(String path) throws Exception {
    return tree(server.get(path, "dev-token"));
  }

  private JsonNode post(String path, String body) throws Exception {
    return tree(server.admin("POST", path, json(body)));
  }

  private String csv(String path) throws Exception {
    HttpResponse<String> answer = server.admin("GET", "/config/spaces/spa/traits/" + path, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("text/csv; charset=utf-8");
    return answer.body();
  }

  @Test
  void previewsWhoWouldHaveATraitAndWithWhichValue() throws Exception {
    JsonNode preview =
        post(
            "/config/spaces/spa/traits/preview",
            "{'type':'aggregation','aggregation':'sum','event':'A','property':'revenue'}");

    assertThat(preview.path("total").asInt()).isEqualTo(2);
    assertThat(preview.path("profiles").asInt()).isEqualTo(3);
    assertThat(preview.path("events").asInt()).isEqualTo(5);
    assertThat(preview.path("sample").toString())
        .isEqualTo(
            "[{\"segment_id\":\"use_1\",\"external_ids\":{\"user_id\":[\"u1\"],"
                + "\"email\":[\"a@x.io\",\"b,\\\"b\\\"@x.io\"]},\"value\":45},"
                + "{\"segment_id\":\"use_2\",\"external_ids\":{\"user_id\":[\"u2\"]},"
                + "\"value\":22.5}]");
    assertThat(preview.has("warning")).isFalse();
  }

  @Test
  void warnsIfNobodyWouldHaveTheTraitAndSaysWhy() throws Exception {
    JsonNode unknown =
        post("/config/spaces/spa/traits/preview", "{'type':'event_counter','event':'C'}");
    JsonNode failing =
        post(
            "/config/spaces/spa/traits/preview",
            "{'type':'event_counter','event':'A','conditions':{'all':[{'property':'x',"
                + "'op':'exists'}]}}");
    JsonNode later =
        post(
            "/config/spaces/spa/traits/preview",
            "{'type':'event_counter','event':'A','backfill':false}");

    assertThat(unknown.path("total").asInt()).isZero();
    assertThat(unknown.path("warning").asText()).contains("no stored event is called 'C'");
    assertThat(failing.path("warning").asText()).contains("of 3 events called 'A' none passes");
    assertThat(later.path("total").asInt()).isZero();
    assertThat(later.path("warning").asText()).contains("without backfill");
  }

  @Test
  void refusesToPreviewADefinitionThatIsWrong() throws Exception {
    HttpResponse<String> answer =
        server.admin("POST", "/config/spaces/spa/traits/preview", json("{'type':'counter'}"));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("validation_error", "/type", "/event");
    assertThat(server.admin("POST", "/config/spaces/none/traits/preview", "{}").statusCode())
        .isEqualTo(404);
    assertThat(server.post("/config/spaces/spa/traits/preview", "dev-token", "{}").statusCode())
        .isEqualTo(401);
  }

  @Test
  void plansWhatANewDefinitionOfAKeyWouldChange() throws Exception {
    JsonNode plan =
        post(
            "/config/spaces/spa/traits/plan",
            "{'key':'as','type':'event_counter','event':'A','window':{'within':'1 d'},"
                + "'conditions':{'all':[{'property':'revenue','op':'greater_than','value':0}]}}");

    assertThat(plan.path("action").asText()).isEqualTo("edit");
    assertThat(plan.path("unchanged").asInt()).isEqualTo(2);
    assertThat(plan.path("sample")).isEmpty();
    JsonNode other =
        post("/config/spaces/spa/traits/plan", "{'key':'as','type':'event_counter','event':'B'}");
    assertThat(other.path("added").asInt()).isEqualTo(1);
    assertThat(other.path("changed").asInt()).isEqualTo(1);
    assertThat(other.path("removed").asInt()).isEqualTo(1);
    assertThat(other.path("events_to_read").asInt()).isEqualTo(5);
    assertThat(other.path("sample").toString())
        .isEqualTo(
            "[{\"segment_id\":\"use_1\",\"before\":2,\"after\":1},"
                + "{\"segment_id\":\"use_2\",\"before\":1,\"after\":null},"
                + "{\"segment_id\":\"use_3\",\"before\":null,\"after\":1}]");
    JsonNode created =
        post("/config/spaces/spa/traits/plan", "{'name':'Bs','type':'event_counter','event':'B'}");
    assertThat(created.path("action").asText()).isEqualTo("create");
    assertThat(created.path("added").asInt()).isEqualTo(2);
    JsonNode kept =
        post(
            "/config/spaces/spa/traits/plan",
            "{'key':'as','type':'event_counter','event':'A','description':'words'}");
    assertThat(kept.path("action").asText()).isEqualTo("keep");
    assertThat(kept.path("unchanged").asInt()).isEqualTo(2);
  }

  @Test
  void plansAWholeSpaceWithoutChangingAnything() throws Exception {
    String wanted =
        SPACE.replace("'key':'gone'", "'key':'bs'").replace("'event':'Z'", "'event':'B'");
    int records = server.log.records().size();
    JsonNode plan = post("/admin/spaces/plan", wanted.replace("'name':'Shop'", "'name':'Shop 2'"));

    assertThat(plan.path("action").asText()).isEqualTo("edit");
    assertThat(plan.path("others").toString()).isEqualTo("[\"name\"]");
    assertThat(plan.path("traits").findValuesAsText("key"))
        .containsExactly("as", "bs", "gone", "spend");
    assertThat(plan.path("traits").findValuesAsText("action"))
        .containsExactly("keep", "create", "delete", "keep");
    assertThat(plan.path("traits").path(1).path("added").asInt()).isEqualTo(2);
    assertThat(plan.path("traits").path(2).path("kept_as_custom").asInt()).isZero();
    JsonNode brief = post("/admin/spaces/plan?counts=false", wanted);
    assertThat(brief.path("traits").path(1).has("added")).isFalse();
    JsonNode fresh =
        post(
            "/admin/spaces/plan",
            SPACE
                .replace("'spa'", "'spc'")
                .replace("'Shop'", "'Other'")
                .replace("web-key", "other-key"));
    assertThat(fresh.path("action").asText()).isEqualTo("create");
    assertThat(server.log.records()).hasSize(records);
    assertThat(server.admin("POST", "/admin/spaces/plan", "{}").statusCode()).isEqualTo(400);
  }

  @Test
  void warnsOfNamesThatLookMistypedAndRefusesNone() throws Exception {
    server
        .topics
        .event("use_3", "Order Completed", "m6", 4_000)
        .event("use_3", "Order Refunded", "m7", 4_500)
        .applied();
    String traits = "/config/spaces/spa/traits";

    JsonNode event = create(traits, "{'key':'t1','type':'event_counter','event':'Order Complete'}");
    JsonNode property =
        create(
            traits,
            "{'key':'t2','type':'first','event':'Order Completed','property':'revenu','conditions':"
                + "{'all':[{'property':'context.ip','op':'exists'}]}}");
    JsonNode right = create(traits, "{'key':'t3','type':'event_counter','event':'Order Refunded'}");
    JsonNode other = create(traits, "{'key':'t4','type':'event_counter','event':'Not seen yet'}");
    JsonNode audience =
        create(
            "/config/spaces/spa/audiences",
            "{'key':'a1','root':{'all':[{'trait':'spendd','op':'exists'}]}}");
    JsonNode plan =
        post(
            "/admin/spaces/plan?counts=false",
            "{'id':'spa','name':'Shop','traits':[{'key':'t5','type':'event_counter',"
                + "'event':'Order Refundet'}]}");

    assertThat(event.path("warnings").toString())
        .isEqualTo(
            "[\"the trait 't1' names 'Order Complete', and no event of that name was seen; did you"
                + " mean 'Order Completed'?\"]");
    assertThat(property.path("warnings").toString())
        .contains("'revenu', and no property of 'Order Completed'", "did you mean 'revenue'?");
    assertThat(property.path("warnings")).hasSize(1);
    assertThat(right.has("warnings")).isFalse();
    assertThat(other.has("warnings")).isFalse();
    assertThat(audience.path("warnings").toString()).contains("did you mean 'spend'?");
    assertThat(plan.path("warnings").toString()).contains("did you mean 'Order Refunded'?");
  }

  private JsonNode create(String path, String body) throws Exception {
    HttpResponse<String> answer = server.admin("POST", path, json(body));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return new ObjectMapper().readTree(answer.body());
  }

  @Test
  void writesCsvInThreeFormats() throws Exception {
    String ids =
        "\"{\"\"email\"\":[\"\"a@x.io\"\",\"\"b,\\\"\"b\\\"\"@x.io\"\"],\"\"user_id\"\":[\"\"u1\"\"]}\"";
    assertThat(csv("as/csv"))
        .isEqualTo(
            "key,value,external_ids\r\nuse_1,2,"
                + ids
                + "\r\nuse_2,1,\"{\"\"user_id\"\":[\"\"u2\"\"]}\"\r\n");
    assertThat(csv("spend/csv?format=b"))
        .isEqualTo(
            "key,value,external_ids,email,email_1,user_id\r\nuse_1,45,"
                + ids
                + ",a@x.io,\"b,\"\"b\"\"@x.io\",u1\r\n");
    assertThat(csv("spend/csv?format=c"))
        .isEqualTo(
            "key,value,external_ids,email,user_id\r\nuse_1,45,"
                + ids
                + ",a@x.io,u1\r\nuse_1,45,"
                + ids
                + ",\"b,\"\"b\"\"@x.io\",\r\n");
    assertThat(csv("as/csv?keys=spend").lines().toList().get(2))
        .isEqualTo("use_2,1,,\"{\"\"user_id\"\":[\"\"u2\"\"]}\"");
    assertThat(csv("gone/csv?format=c")).isEqualTo("key,value,external_ids\r\n");
  }

  @Test
  void givesEveryColumnOfACsvANameOfItsOwn() throws Exception {
    server
        .topics
        .mapped("email_1", "x", "use_1", 6)
        .mapped("key", "=cmd|'/c calc'!A1", "use_1", 7)
        .mapped("value", "-5", "use_1", 8)
        .applied();
    assertThat(csv("spend/csv?format=b").lines().findFirst())
        .contains("key,value,external_ids,email,email_2,email_1,key_1,user_id,value_1");
    assertThat(csv("spend/csv?format=b")).endsWith(",x,=cmd|'/c calc'!A1,u1,-5\r\n");
    assertThat(csv("spend/csv?format=b&escape_formulas=true"))
        .endsWith(",x,'=cmd|'/c calc'!A1,u1,-5\r\n");
  }

  @Test
  void refusesCsvOfUnknownTraitsAndFormats() throws Exception {
    assertThat(server.admin("GET", "/config/spaces/spa/traits/none/csv", "").statusCode())
        .isEqualTo(404);
    assertThat(server.admin("GET", "/config/spaces/spa/traits/as/csv?format=d", "").statusCode())
        .isEqualTo(400);
  }

  @Test
  void explainsAComputedValue() throws Exception {
    JsonNode why = read(U1 + "/traits/spend/why");

    assertThat(why.path("value").asInt()).isEqualTo(45);
    assertThat(why.path("as_of").asText()).isEqualTo("1970-01-01T00:00:05.000Z");
    assertThat(why.path("segment_id").asText()).isEqualTo("use_1");
    assertThat(why.at("/definition/version").asInt()).isEqualTo(1);
    assertThat(why.at("/counted/total").asInt()).isEqualTo(2);
    assertThat(why.at("/counted/events/0").toString())
        .isEqualTo(
            "{\"timestamp\":\"1970-01-01T00:00:02.000Z\",\"message_id\":\"m3\",\"event\":\"A\","
                + "\"values\":[22.5]}");
    assertThat(why.at("/not_counted/total").asInt()).isZero();
    JsonNode past = read(U1 + "/traits/spend/why?as_of=1970-01-01T00:00:01Z&limit=1");
    assertThat(past.at("/counted/total").asInt()).isEqualTo(1);
    JsonNode never = read(U1 + "/traits/gone/why");
    assertThat(never.path("value").isNull()).isTrue();
    assertThat(never.path("state").asText()).isEqualTo("never_matched");
  }

  @Test
  void refusesToExplainWhatIsNotThere() throws Exception {
    assertThat(server.get(U1 + "/traits/none/why", "dev-token").statusCode()).isEqualTo(404);
    assertThat(server.get(U1.replace("u1", "u9") + "/traits/as/why", "dev-token").statusCode())
        .isEqualTo(404);
    assertThat(server.get(U1 + "/traits/as/why?limit=0", "dev-token").statusCode()).isEqualTo(400);
    assertThat(server.get(U1 + "/traits/as/why", "b-token").statusCode()).isEqualTo(401);
  }

  @Test
  void readsTheValuesOfAMomentOfThePast() throws Exception {
    HttpResponse<String> answer =
        server.get(U1 + "/traits?as_of=1970-01-01T00:00:01.000Z", "dev-token");

    assertThat(tree(answer).path("traits").toString()).isEqualTo("{\"as\":1,\"spend\":22.5}");
    assertThat(answer.headers().firstValue("X-Traitflow-As-Of"))
        .contains("1970-01-01T00:00:01.000Z");
    assertThat(read(U1 + "/traits?as_of=1970-01-01&known=true").path("traits")).isEmpty();
    assertThat(read(U1 + "?as_of=1970-01-01T00:00:01.999%2B00:00").toString())
        .isEqualTo(
            "{\"segment_id\":\"use_1\",\"collection\":\"users\",\"external_ids\":{\"email\":"
                + "[\"a@x.io\",\"b,\\\"b\\\"@x.io\"],\"user_id\":[\"u1\"]},"
                + "\"traits\":{\"as\":1,\"spend\":22.5},\"as_of\":\"1970-01-01T00:00:01.999Z\"}");
    assertThat(read(U1).path("traits").toString()).isEqualTo("{\"as\":2,\"spend\":45}");
    JsonNode early = read(U1 + "?as_of=1970-01-01T00:00:00.999Z");
    assertThat(early.path("traits")).isEmpty();
    assertThat(early.path("first_event_at").asText()).isEqualTo("1970-01-01T00:00:01.000Z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/traits?as_of=yesterday",
        "/traits?as_of=",
        "/traits?as_of=2025-13-01",
        "/traits?known=true",
        "?as_of=12",
        "/events?as_of=2025-01-01",
        "/metadata?known=true",
        "/traits?after=t"
      })
  void refusesBadInstants(String target) throws Exception {
    assertThat(server.get(U1 + target, "dev-token").statusCode()).isEqualTo(400);
  }

  @Test
  void readsALongHistoryOnlyIfItMayBeSlow() throws Exception {
    for (int i = 0; i < 100_001; i++) {
      server.topics.event("use_2", i < 20_000 ? "A" : "C", "n" + i, 10_000L + i);
    }
    server.topics.applied();
    String past = U1.replace("u1", "u2") + "/traits?as_of=1970-02-01";

    HttpResponse<String> refused = server.get(past, "dev-token");
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(refused.body()).contains("limit_exceeded");
    assertThat(read(past + "&slow=true").at("/traits/as").asInt()).isEqualTo(20_001);
    assertThat(List.of(read(U1.replace("u1", "u2") + "/traits/as/why?limit=1")))
        .allMatch(why -> why.at("/counted/total").asInt() == 20_001);
  }
}
