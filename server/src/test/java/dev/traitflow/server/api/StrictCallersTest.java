package dev.traitflow.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.event.EventParser;
import dev.traitflow.core.event.Parsed;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Callers who want mistakes refused where those of others are passed over. */
class StrictCallersTest {
  private final RunningServer server;

  StrictCallersTest(@TempDir Path directory) throws Exception {
    server = RunningServer.withSources(directory);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "group_id_missing    | group | {'userId':'u','groupId':'%s'}",
        "group_id_missing    | track | {'userId':'u','event':'A','context':{'groupId':'%s'}}",
        "id_not_string       | track | {'userId':'%s','anonymousId':'a','event':'A'}",
        "id_not_string       | track | {'userId':'u','anonymousId':'%s','event':'A'}",
        "id_not_string       | alias | {'userId':'u','previousId':'%s'}",
        "event_not_defined   | track | {'userId':'u','event':'%s'}",
        "name_not_string     | page  | {'userId':'u','name':'%s'}",
        "category_not_string | page  | {'userId':'u','category':'%s'}"
      })
  void refusesTextsOfOnlyWhiteSpaceForStrictCallersAlone(String code, String type, String call)
      throws Exception {
    int taken = 0;
    for (String blank : List.of(" ", "\u00a0", "\u200b\ufeff", "\\t\\n", "\u2060 \u3000")) {
      String body = call.replace('\'', '"').formatted(blank);
      HttpResponse<String> strict = server.post("/v1/" + type + "?strict=1", "web-key", body);
      assertThat(strict.statusCode()).as(body).isEqualTo(400);
      assertThat(RunningServer.json(strict).path("code").asText()).isEqualTo(code);
      assertThat(RunningServer.json(strict).path("message").asText()).contains("only white space");
      assertThat(server.post("/v1/" + type, "web-key", body).body())
          .isEqualTo("{\"success\":true}");
      assertThat(server.calls()).as("taken from others").hasSize(++taken);
      assertThat(server.refused()).as("the job sees what was said").hasSize(taken);
    }
    assertThat(server.reasons()).extracting(DiscardReason::code).containsOnly(code);
    assertThat(server.calls())
        .allMatch(record -> new EventParser().parse(record) instanceof Parsed.Accepted);
  }

  @Test
  void keepsTheGoodEventsOfAStrictBatchWithABlankGroupId() throws Exception {
    String batch =
        "{\"batch\":[{\"type\":\"track\",\"userId\":\"u1\",\"event\":\"A\"},"
            + "{\"type\":\"group\",\"userId\":\"u1\",\"groupId\":\"  \"}]}";
    HttpResponse<String> answer = server.post("/v1/batch?strict=1", "web-key", batch);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(RunningServer.json(answer).path("accepted").asInt()).isEqualTo(1);
    assertThat(RunningServer.json(answer).at("/errors/0/code").asText())
        .isEqualTo("group_id_missing");
    assertThat(server.calls()).hasSize(1);
    assertThat(server.reasons()).containsExactly(DiscardReason.GROUP_ID_MISSING);
  }
}
