package dev.traitflow.server.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.server.health.JobHealth;
import dev.traitflow.server.health.PipelineHealth;
import dev.traitflow.server.http.Access;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.http.Area;
import dev.traitflow.server.http.Request;
import dev.traitflow.server.http.Route;
import dev.traitflow.server.openapi.ApiDocument;
import io.undertow.util.Headers;
import java.util.List;
import java.util.Optional;

/**
 * What machines ask to see whether the server works, and what a person finds at its root. Without
 * credentials, so nothing is answered that a stranger may not know.
 */
public final class HealthRoutes implements Area {
  private final PipelineHealth health;

  public HealthRoutes(PipelineHealth health) {
    this.health = health;
  }

  /** The routes that need no token. */
  public List<Route> routes() {
    return List.of(
        Route.get(
                "/",
                "Where everything is",
                Access.PUBLIC,
                request -> answer(request, 200, pointer()))
            .answers("Pointer"),
        Route.get(
                "/health",
                "Whether the process serves",
                Access.PUBLIC,
                request -> answer(request, 200, Answers.object().put("status", "ok")))
            .answers("Health"),
        Route.get(
            "/ready",
            "Whether the pipeline works and the store has caught up",
            Access.PUBLIC,
            request -> answer(request, health.isReady() ? 200 : 503, readiness())));
  }

  @Override
  public boolean contains(String rawPath) {
    return true;
  }

  @Override
  public Access access() {
    return Access.PUBLIC;
  }

  /** Adds {@code ready} and the jobs to the answer of the status route. */
  void writeTo(ObjectNode status) {
    status.put("ready", health.isReady());
    Optional<String> trouble = health.trouble().or(health::reason);
    status.put("reason", trouble.orElse(null));
    if (!health.observesJobs()) {
      status.put("jobs", "not observed");
      return;
    }
    ArrayNode jobs = status.putArray("jobs");
    for (JobHealth job : health.jobs()) {
      jobs.addObject()
          .put("name", job.name())
          .put("state", job.state())
          .put("failing", job.isFailing())
          .put("restarts", job.restarts())
          .put("last_failure", job.lastFailure());
    }
  }

  private ObjectNode readiness() {
    ObjectNode answer = Answers.object();
    Optional<String> reason = health.reason();
    answer.put("ready", reason.isEmpty());
    reason.ifPresent(text -> answer.put("reason", text));
    return answer;
  }

  private static ObjectNode pointer() {
    return Answers.object()
        .put("product", "Traitflow")
        .put("api", ApiDocument.PATH)
        .put("health", "/health")
        .put("ready", "/ready")
        .put("documentation", "README.md and docs/ of the source tree");
  }

  private static void answer(Request request, int status, ObjectNode body) {
    request.exchange().getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store");
    request.answer(status, body);
  }
}
