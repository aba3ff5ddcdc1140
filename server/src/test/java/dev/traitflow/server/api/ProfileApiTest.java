package dev.traitflow.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.server.log.ClockKind;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileApiTest {
  private static final String U1 = "/v1/spaces/spa/collections/users/profiles/user_id:u1";

  private final RunningServer server;

  ProfileApiTest(@TempDir Path directory) throws Exception {
    server = new RunningServer(directory, ClockKind.WALL);
    server
        .topics
        .mapped("user_id", "u1", "use_1", 1)
        .mapped("email", "a@x.io", "use_1", 2)
        .mapped("phone", "+4912", "use_2", 3)
        .mapped("user_id", "a/b c", "use_3", 4)
        .value("use_1", "country", TraitClass.CUSTOM, "\"DE\"", 1)
        .value("use_1", "orders", TraitClass.COMPUTED, "3", 1)
        .value("use_1", "spend", TraitClass.COMPUTED, "22.50", 1)
        .value("use_1", "vip", TraitClass.AUDIENCE, "true", 1)
        .event("use_1", "A", "m1", 1_000)
        .event("use_1", "B", "m2", 2_000)
        .event("use_1", "A", "m3", 2_000)
        .absorbed("use_1", "use_2", 9, 1)
        .linked("use_1", "g1", "m7", 1_500)
        .linked("use_1", "g2", "m8", 1_600)
        .value(ProfileIds.ofAccount("spa", "g1"), "logins", TraitClass.COMPUTED, "5", 1)
        .folded(0, 1, 5_000)
        .applied();
  }

  @AfterEach
  void close() {
    server.close();
  }

  private JsonNode read(String path) throws Exception {
    HttpResponse<String> answer = server.get(path, "dev-token");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new ObjectMapper().readTree(answer.body());
  }

  private List<String> events(String parameters) throws Exception {
    return read(U1 + "/events" + parameters).path("data").findValuesAsText("message_id");
  }

  @Test
  void readsTraitsInOrderWithNumbersAsTheyAre() throws Exception {
    HttpResponse<String> answer = server.get(U1 + "/traits", "dev-token");

    assertThat(answer.body())
        .isEqualTo(
            "{\"traits\":{\"country\":\"DE\",\"orders\":3,\"spend\":22.50,\"vip\":true},"
                + "\"cursor\":{\"url\":\"/v1/spaces/spa/collections/users/profiles/use_1/traits\","
                + "\"has_more\":false,\"next\":\"\",\"limit\":10}}");
    assertThat(answer.headers().firstValue("X-Traitflow-As-Of"))
        .contains("1970-01-01T00:00:05.000Z");
    assertThat(answer.headers().firstValue("Request-Id")).isPresent();
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
  }

  @Test
  void aReadOfValuesAsOfLongAgoHasTimeGoOnOnceForEachInstant() throws Exception {
    BlockingQueue<Long> beats = new LinkedBlockingQueue<>();
    server.log.onBeat(beats::add);
    server.get(U1 + "/traits", "wrong-token");
    read(U1 + "/traits");
    read(U1 + "/traits");
    assertThat(beats.poll(1, TimeUnit.MINUTES)).isEqualTo(1);

    server.topics.folded(0, 1, 6_000).applied();
    read(U1 + "/traits");
    assertThat(beats.poll(1, TimeUnit.MINUTES)).isEqualTo(2);

    server.topics.folded(0, 1, RunningServer.WALL - 500).applied();
    read(U1 + "/traits");
    server.topics.folded(0, 2, 7_000).applied();
    read(U1 + "/traits");
    assertThat(beats.poll(1, TimeUnit.MINUTES)).isEqualTo(3);
    assertThat(beats).isEmpty();
  }

  @Test
  void pagesThroughTraits() throws Exception {
    JsonNode first = read(U1 + "/traits?limit=2");
    JsonNode second = read(U1 + "/traits?limit=2&next=" + first.at("/cursor/next").asText());

    assertThat(first.at("/cursor/next").asText()).isEqualTo("spend");
    assertThat(first.at("/cursor/has_more").asBoolean()).isTrue();
    assertThat(second.path("traits")).hasToString("{\"spend\":22.5,\"vip\":true}");
    assertThat(second.at("/cursor/has_more").asBoolean()).isFalse();
  }

  @Test
  void selectsTraits() throws Exception {
    assertThat(read(U1 + "/traits?include=orders,nothing").path("traits"))
        .hasToString("{\"orders\":3}");
    assertThat(read(U1 + "/traits?include=nothing").path("traits")).hasToString("{}");
    assertThat(read(U1 + "/traits?class=audience").path("traits")).hasToString("{\"vip\":true}");
    assertThat(read(U1 + "/traits?class=computed_trait").path("traits"))
        .hasToString("{\"orders\":3,\"spend\":22.5}");
    assertThat(read(U1 + "/traits?verbose=true&include=country").path("traits"))
        .hasToString(
            "{\"country\":{\"value\":\"DE\",\"source_id\":\"web\","
                + "\"updated_at\":\"1970-01-01T00:00:07.000Z\"}}");
  }

  @Test
  void findsAProfileByAnyOfItsIdentifiers() throws Exception {
    String base = "/v1/namespaces/shop/collections/users/profiles/";
    for (String lookup :
        List.of(
            "email:A@X.io",
            "phone:%2B4912",
            "phone:+4912",
            "use_1",
            "use_2",
            "segment_id:use_2",
            "user_id%3Au1")) {
      assertThat(read(base + lookup + "/traits?include=orders").path("traits"))
          .as(lookup)
          .hasToString("{\"orders\":3}");
    }
    assertThat(read(base + "user_id:a%2Fb%20c/external_ids").at("/data/0/id").asText())
        .isEqualTo("a/b c");
  }

  @Test
  void listsIdentifiersInPages() throws Exception {
    JsonNode first = read(U1 + "/external_ids?limit=2");
    JsonNode second = read(U1 + "/external_ids?limit=2&next=" + first.at("/cursor/next").asText());

    assertThat(first.path("data").findValuesAsText("id")).containsExactly("u1", "a@x.io");
    assertThat(second.path("data").findValuesAsText("id")).containsExactly("+4912");
    assertThat(second.at("/data/0"))
        .hasToString(
            "{\"source_id\":\"web\",\"collection\":\"users\",\"id\":\"+4912\",\"type\":\"phone\","
                + "\"created_at\":\"1970-01-01T00:00:01.003Z\",\"encoding\":\"none\","
                + "\"first_message_id\":\"m3\"}");
    assertThat(read(U1 + "/external_ids?include=phone").path("data")).hasSize(1);
  }

  @Test
  void pagesThroughEventsInEitherDirection() throws Exception {
    assertThat(events("")).containsExactly("m3", "m2", "m1");
    assertThat(events("?sort=asc")).containsExactly("m1", "m2", "m3");
    assertThat(events("?include=A")).containsExactly("m3", "m1");
    assertThat(events("?include=A,B&exclude=A")).containsExactly("m2");
    assertThat(events("?start=1970-01-01T00:00:01Z&end=1970-01-01T00:00:02Z"))
        .containsExactly("m1");
    String next = read(U1 + "/events?limit=1").at("/cursor/next").asText();
    assertThat(events("?limit=1&next=" + next)).containsExactly("m2");
    next = read(U1 + "/events?limit=2&sort=asc").at("/cursor/next").asText();
    assertThat(events("?sort=asc&next=" + next)).containsExactly("m3");
  }

  @Test
  void showsAnEventWhole() throws Exception {
    assertThat(read(U1 + "/events?limit=1").at("/data/0"))
        .hasToString(
            "{\"type\":\"track\",\"event\":\"A\",\"message_id\":\"m3\",\"source_id\":\"web\","
                + "\"timestamp\":\"1970-01-01T00:00:02.000Z\",\"properties\":{\"revenue\":22.5},"
                + "\"context\":{},\"external_ids\":[{\"collection\":\"users\",\"type\":\"user_id\","
                + "\"id\":\"u1\",\"encoding\":\"none\"}],\"related\":{\"users\":\"use_1\"}}");
  }

  @Test
  void showsMetadata() throws Exception {
    assertThat(read(U1 + "/metadata?verbose=true").path("metadata"))
        .hasToString(
            "{\"created_at\":\"1970-01-01T00:00:01.000Z\","
                + "\"updated_at\":\"1970-01-01T00:00:02.000Z\",\"expires_at\":null,"
                + "\"first_message_id\":\"m1\",\"first_source_id\":\"web\","
                + "\"last_message_id\":\"m3\",\"last_source_id\":\"web\","
                + "\"segment_id\":\"use_1\",\"merged_from\":[\"use_2\"]}");
  }

  @Test
  void checksTheTokenBeforeAnythingElse() throws Exception {
    String odd = "/v1/spaces/spa/collections/us!ers/profiles/nocolon/traits?limit=x";

    for (String user : List.of("", "wrong", "b-token")) {
      HttpResponse<String> answer = server.get(odd, user);
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.body()).contains("\"code\":\"authentication_error\"");
    }
    assertThat(server.get("/v1/spaces/no/collections/users/profiles/a:b/traits", "dev-token"))
        .extracting(HttpResponse::statusCode)
        .isEqualTo(401);
  }

  @Test
  void namesWhatIsWrongWithAParameter() throws Exception {
    String space = "/v1/spaces/spa/collections/";
    assertThat(server.get(space + "users!/profiles/a:b/traits", "dev-token").body())
        .isEqualTo(
            "{\"error\":{\"code\":\"validation_error\",\"message\":"
                + "\"The parameter `collection` has invalid character(s) `!`\"}}");
    assertThat(server.get(space + "users/profiles/u1/traits", "dev-token").body())
        .contains("validation_error");
    for (String bad :
        List.of(
            "/traits?limit=0",
            "/traits?limit=201",
            "/traits?limit=a",
            "/traits?class=x",
            "/events?limit=101",
            "/events?start=x",
            "/events?next=x",
            "/events?sort=up",
            "/traits?as_of=yesterday")) {
      HttpResponse<String> answer = server.get(U1 + bad, "dev-token");
      assertThat(answer.statusCode()).as(bad).isEqualTo(400);
      assertThat(answer.body()).contains("\"code\":\"invalid_request_error\"");
    }
  }

  @Test
  void readsAnAccountByItsGroupId() throws Exception {
    String account = "/v1/spaces/spa/collections/accounts/profiles/group_id:g1";
    assertThat(read(account + "/traits").path("traits")).hasToString("{\"logins\":5}");
    assertThat(read(account + "/external_ids").at("/data/0/id").asText()).isEqualTo("g1");
    assertThat(read(account + "/events?sort=asc").path("data").findValuesAsText("message_id"))
        .containsExactly("m1", "m2", "m3");
    assertThat(read(account + "/metadata").at("/metadata/last_message_id").asText())
        .isEqualTo("m3");
  }

  @Test
  void pagesThroughLinks() throws Exception {
    JsonNode first = read(U1 + "/links?limit=1");
    JsonNode second = read(U1 + "/links?limit=1&next=" + first.at("/cursor/next").asText());
    assertThat(first.at("/data/0/to_collection").asText()).isEqualTo("accounts");
    assertThat(first.path("data")).hasSize(1);
    assertThat(
            List.of(
                first.at("/data/0/external_ids/0/id").asText(),
                second.at("/data/0/external_ids/0/id").asText()))
        .containsExactlyInAnyOrder("g1", "g2");
    assertThat(second.at("/cursor/has_more").asBoolean()).isFalse();
    assertThat(read(U1 + "/links").at("/cursor/limit").asInt()).isEqualTo(20);
    JsonNode users = read("/v1/spaces/spa/collections/accounts/profiles/group_id:g2/links");
    assertThat(users.at("/data/0/to_collection").asText()).isEqualTo("users");
    assertThat(users.at("/data/0/external_ids").findValuesAsText("id")).contains("u1", "a@x.io");
  }

  @Test
  void saysThatAProfileWasNotFound() throws Exception {
    String users = "/v1/spaces/spa/collections/users/profiles/";
    for (String lookup : List.of("user_id:nobody", "use_9", "user_id:%00", "x:%F0%9F%98%80")) {
      HttpResponse<String> answer = server.get(users + lookup + "/traits", "dev-token");
      assertThat(answer.statusCode()).as(lookup).isEqualTo(404);
      assertThat(answer.body())
          .isEqualTo("{\"error\":{\"code\":\"not_found\",\"message\":\"Profile was not found.\"}}");
    }
    assertThat(
            server
                .get("/v1/spaces/spa/collections/accounts/profiles/use_1/traits", "dev-token")
                .statusCode())
        .isEqualTo(404);
  }
}
