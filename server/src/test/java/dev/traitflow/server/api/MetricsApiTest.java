package dev.traitflow.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.server.health.JobHealth;
import dev.traitflow.server.log.ClockKind;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsApiTest {
  private final RunningServer server;

  MetricsApiTest(@TempDir Path directory) throws Exception {
    server = new RunningServer(directory, ClockKind.WALL);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private List<String> scrape() throws Exception {
    HttpResponse<String> answer = server.admin("GET", "/metrics", "");
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body().lines().toList();
  }

  @Test
  void requestsAreCountedByTemplateAndStatus() throws Exception {
    String call = "{\"event\":\"E\",\"userId\":\"u\"}";
    for (int i = 0; i < 3; i++) {
      assertThat(server.post("/v1/track", "web-key", call).statusCode()).isEqualTo(200);
    }
    server.post("/v1/track", "wrong", call);
    server.admin("GET", "/config/spaces/spa/traits/nobody", "");

    assertThat(scrape())
        .contains(
            count("POST", "/v1/track", 200, 3),
            count("POST", "/v1/track", 401, 1),
            count("GET", "/config/spaces/{space}/traits/{key}", 404, 1),
            "traitflow_discarded_requests{code=\"unknown_source\",space=\"\"} 1.0")
        .noneMatch(line -> line.contains("nobody") || line.contains("web-key"));
  }

  private static String count(String method, String route, int status, int times) {
    return "traitflow_http_requests_seconds_count{method=\""
        + method
        + "\",route=\""
        + route
        + "\",status=\""
        + status
        + "\"} "
        + times;
  }

  @Test
  void whatThePipelineCountsIsShownAsItIsNow() throws Exception {
    server.jobs = List.of(new JobHealth("profile-job", "RUNNING", false, 2, 0, ""));
    Map<String, Long> counts =
        Map.of(
            "accepted/spa/f1", 5L,
            "accepted/spa/f2", 2L,
            "rejected.bad_event/spa/f1", 1L,
            "profiles/spa", 9L);
    server.topics.marker(Topics.IDENTIFIERS, 0, new Marker("resolve", 0, 1, 1, 0, 0, counts));
    server.topics.applied();

    assertThat(scrape())
        .contains(
            "traitflow_calls{outcome=\"accepted\",reason=\"\",space=\"spa\"} 7.0",
            "traitflow_calls{outcome=\"rejected\",reason=\"bad_event\",space=\"spa\"} 1.0",
            "traitflow_job_running{job=\"profile-job\"} 1.0",
            "traitflow_job_restarts{job=\"profile-job\"} 2.0",
            "traitflow_ready 0.0")
        .anyMatch(line -> line.startsWith("traitflow_log_lag_records{lane=\"0\"}"))
        .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{"));
  }

  @Test
  void onlyTheOperatorReadsThem() throws Exception {
    assertThat(server.get("/metrics", "").statusCode()).isEqualTo(401);
    assertThat(server.get("/metrics", "dev-token").statusCode()).isEqualTo(401);
  }
}
