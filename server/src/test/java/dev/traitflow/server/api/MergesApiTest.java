package dev.traitflow.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.server.log.ClockKind;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Orders to make profiles one, at the server: what the rules refuse never reaches the log. */
class MergesApiTest {
  @TempDir private Path directory = Path.of("");
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    server =
        new RunningServer(
            directory,
            ClockKind.WALL,
            """
            id: spa
            name: Shop
            identity:
              identifiers: [{type: email, limit: 1, window: weekly}]
            """);
    server
        .topics
        .mapped("user_id", "u1", "use_1", 1)
        .mapped("user_id", "u2", "use_2", 2)
        .mapped("anonymous_id", "a1", "use_3", 3)
        .applied();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void anOrderThatALimitForbidsIsRefusedWithTheRule() throws Exception {
    HttpResponse<String> answer = post("[\"user_id:u1\",\"anonymous_id:a1\",\"user_id:u2\"]");
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.body())
        .contains("Identifier value limit exceeded")
        .contains("user_id limit 1");
    assertThat(server.log.records())
        .extracting(LogRecord::kind)
        .doesNotContain(LogRecord.Kind.JOIN);
  }

  @Test
  void anOrderThatTheRulesAllowIsTaken() throws Exception {
    // Outer white space of any kind is no part of an identifier.
    assertThat(post("[\"user_id:u1\\u00a0\",\"anonymous_id:\\u200ba1\"]").statusCode())
        .isEqualTo(202);
    assertThat(server.log.records()).extracting(LogRecord::kind).contains(LogRecord.Kind.JOIN);
    assertThat(post("[\"user_id:u1\",\"user_id:u1 \"]").statusCode()).isEqualTo(400);
    assertThat(post("[\"user_id:u1\",\"user_id:u7\"]").statusCode()).isEqualTo(404);
  }

  private HttpResponse<String> post(String identifiers) throws Exception {
    return server.admin(
        "POST", "/config/spaces/spa/merges", "{\"identifiers\":" + identifiers + "}");
  }
}
