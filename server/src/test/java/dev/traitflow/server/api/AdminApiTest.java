package dev.traitflow.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.server.access.AdminToken;
import dev.traitflow.server.health.JobHealth;
import dev.traitflow.server.log.ClockKind;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminApiTest {
  private final Path directory;

  AdminApiTest(@TempDir Path directory) {
    this.directory = directory;
  }

  private RunningServer start(ClockKind kind) throws Exception {
    return new RunningServer(directory, kind);
  }

  @Test
  void wantsTheAdminToken() throws Exception {
    try (RunningServer server = start(ClockKind.TEST)) {
      assertThat(server.get("/admin/status", "").statusCode()).isEqualTo(401);
      assertThat(server.get("/admin/status", "adm").statusCode()).isEqualTo(401);
      assertThat(server.get("/config/spaces", "").statusCode()).isEqualTo(401);
      assertThat(server.admin("GET", "/admin/status", "").statusCode()).isEqualTo(200);
      assertThat(server.admin("GET", "/admin/nothing", "").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void saysWithoutATokenWhetherItServesAndWhetherItIsReady() throws Exception {
    try (RunningServer server = start(ClockKind.WALL)) {
      assertThat(server.get("/health", "").body()).isEqualTo("{\"status\":\"ok\"}");
      assertThat(server.get("/", "").body()).contains("Traitflow", "/openapi.json", "/ready");
      HttpResponse<String> early = server.get("/ready", "");
      assertThat(early.statusCode()).isEqualTo(503);
      assertThat(early.body()).contains("\"ready\":false", "has not caught up");

      server.markAll();
      assertThat(server.get("/ready", "").body()).isEqualTo("{\"ready\":true}");
    }
  }

  @Test
  void isNotReadyWhileAJobKeepsRestarting() throws Exception {
    try (RunningServer server = start(ClockKind.WALL)) {
      server.markAll();
      server.jobs =
          List.of(
              new JobHealth("scoring", "RUNNING", false, 0, 0, null),
              new JobHealth("profiles", "RESTARTING", false, 9, 3, "u1: the record is too large"));

      HttpResponse<String> ready = server.get("/ready", "");
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(ready.body()).contains("Job profiles keeps restarting").doesNotContain("u1");
      assertThat(server.admin("GET", "/admin/status", "").body())
          .contains(
              "\"ready\":false",
              "\"reason\":\"Job profiles keeps restarting (3 failures in 5 minutes). Its last"
                  + " failure: u1: the record is too large\"",
              "{\"name\":\"profiles\",\"state\":\"RESTARTING\",\"failing\":true,\"restarts\":9,"
                  + "\"last_failure\":\"u1: the record is too large\"}");
      HttpResponse<String> flush = server.admin("POST", "/admin/flush", "");
      assertThat(flush.statusCode()).isEqualTo(503);
      assertThat(flush.body()).contains("pipeline_failing", "the record is too large");
    }
  }

  @Test
  void setsAndAdvancesATestClockAndSaysSoAtOnce() throws Exception {
    try (RunningServer server = start(ClockKind.TEST)) {
      String set = "{\"now\":\"2020-01-01T00:00:00Z\"}";
      assertThat(server.admin("POST", "/admin/clock", set).body())
          .isEqualTo("{\"now\":\"2020-01-01T00:00:00.000Z\"}");
      assertThat(server.admin("POST", "/admin/clock", "{\"advance\":\"PT1H\"}").body())
          .isEqualTo("{\"now\":\"2020-01-01T01:00:00.000Z\"}");
      assertThat(server.log.ticks()).isEqualTo(2);
      assertThat(server.admin("POST", "/admin/clock", set).statusCode()).isEqualTo(400);
      assertThat(server.admin("POST", "/admin/clock", "{\"now\":\"x\"}").statusCode())
          .isEqualTo(400);
      assertThat(server.admin("POST", "/admin/clock", "{}").statusCode()).isEqualTo(400);
    }
  }

  @Test
  void doesNotSetAWallClock() throws Exception {
    try (RunningServer server = start(ClockKind.WALL)) {
      assertThat(server.admin("POST", "/admin/clock", "{\"advance\":\"PT1H\"}").statusCode())
          .isEqualTo(409);
    }
  }

  @Test
  void saysWhatAFlushWaitsFor() throws Exception {
    try (RunningServer server = start(ClockKind.WALL)) {
      HttpResponse<String> answer = server.admin("POST", "/admin/flush?timeout=1", "");

      assertThat(answer.statusCode()).isEqualTo(504);
      assertThat(answer.body()).contains("flush_timeout", "stage fold has not marked anything");
    }
  }

  @Test
  void letsTheOperatorReadProfiles() throws Exception {
    try (RunningServer server = start(ClockKind.WALL)) {
      server.topics.mapped("user_id", "u1", "use_1", 1).applied();
      String path = "/collections/users/profiles/user_id:u1/traits";

      assertThat(server.admin("GET", "/v1/spaces/spa" + path, "").statusCode()).isEqualTo(200);
      assertThat(server.admin("GET", "/v1/spaces/no" + path, "").statusCode()).isEqualTo(401);
    }
  }

  @Test
  void showsTheStatus() throws Exception {
    try (RunningServer server = start(ClockKind.EVENT)) {
      assertThat(server.admin("GET", "/admin/status", "").body())
          .contains(
              "\"ready\":false",
              "\"clock\":{\"kind\":\"event\",\"now\":\"1970-01-01T00:00:00.000Z\"}",
              "{\"id\":\"spa\",\"slug\":\"shop\",\"name\":\"Shop\"");
    }
  }

  @Test
  void exportsProfiles() throws Exception {
    try (RunningServer server = start(ClockKind.EVENT)) {
      server.topics.mapped("user_id", "u1", "use_1", 1).applied();

      HttpResponse<String> answer = server.admin("GET", "/admin/export?space=shop", "");

      assertThat(answer.body())
          .isEqualTo(
              "{\"segment_id\":\"use_1\",\"collection\":\"users\",\"external_ids\":"
                  + "{\"user_id\":[\"u1\"]},\"traits\":{},\"as_of\":null}\n");
      assertThat(server.admin("GET", "/admin/export?space=none", "").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void appliesADefinitionAndNeverShowsItsSecrets() throws Exception {
    try (RunningServer server = start(ClockKind.EVENT)) {
      HttpResponse<String> applied =
          server.admin(
              "POST",
              "/admin/spaces",
              "{\"id\":\"spc\",\"name\":\"C\",\"tokens\":[{\"name\":\"t\",\"token\":\"secret\"}]}");
      HttpResponse<String> refused =
          server.admin("POST", "/admin/spaces", "{\"id\":\"spc\",\"nam\":\"C\"}");

      assertThat(applied.statusCode()).isEqualTo(200);
      assertThat(applied.body()).contains("sha256:").doesNotContain("secret");
      assertThat(server.admin("GET", "/config/spaces/c", "").body()).isEqualTo(applied.body());
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body()).contains("\"problems\":[", "did you mean name?");
    }
  }

  @Test
  void handsTrainingToTheLauncher() throws Exception {
    try (RunningServer server = start(ClockKind.EVENT)) {
      assertThat(
              server.admin("POST", "/admin/train?space=shop&prediction=a&prediction=b", "").body())
          .isEqualTo("{\"trained\":\"spa[a, b]\"}");
    }
  }

  @Test
  void makesATokenThatOnlyItsOwnerCanRead() throws Exception {
    AdminToken.open(directory, null);
    Path file = directory.resolve("admin-token");

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    String token = Files.readString(file).strip();
    assertThat(AdminToken.open(directory, null).matches(token)).isTrue();
    assertThat(AdminToken.open(directory, null).matches(token + "x")).isFalse();
    assertThat(AdminToken.open(directory, "given").matches("given")).isTrue();
  }
}
