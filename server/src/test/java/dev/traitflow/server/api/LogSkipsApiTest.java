package dev.traitflow.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.server.log.ClockKind;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator's order to pass over a record, at the server. */
class LogSkipsApiTest {
  @TempDir private Path directory = Path.of("");

  @Test
  void anOrderIsKeptWithItsReasonAndMustNameARecordThatIsThere() throws Exception {
    try (RunningServer server = new RunningServer(directory, ClockKind.WALL)) {
      assertThat(skip(server, "{\"offset\":0,\"reason\":\" stuck \"}").statusCode()).isEqualTo(201);
      HttpResponse<String> all = server.admin("GET", "/admin/log/skips", "");
      assertThat(all.body())
          .contains("\"offset\":0", "\"reason\":\"stuck\"", "\"space\":\"spa\"", "\"at\":\"20");
      HttpResponse<String> missing = skip(server, "{\"offset\":99,\"reason\":\"stuck\"}");
      assertThat(missing.statusCode()).isEqualTo(404);
      assertThat(missing.body()).contains("has no record at offset 99 (it has 0 to ");
      for (String wrong :
          new String[] {
            "{\"offset\":0}",
            "{\"reason\":\"stuck\"}",
            "{\"offset\":\"0\",\"reason\":\"stuck\"}",
            "{\"offset\":0.5,\"reason\":\"stuck\"}",
            "{\"offset\":0,\"reason\":\"" + "x".repeat(501) + "\"}"
          }) {
        assertThat(skip(server, wrong).statusCode()).as(wrong).isEqualTo(400);
      }
      assertThat(server.get("/admin/log/skips", "web-key").statusCode()).isIn(401, 403);
    }
  }

  private static HttpResponse<String> skip(RunningServer server, String body) throws Exception {
    return server.admin("POST", "/admin/log/skips?space=spa", body);
  }
}
