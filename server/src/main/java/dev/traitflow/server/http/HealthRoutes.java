package dev.traitflow.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.server.health.JobHealth;
import dev.traitflow.server.health.PipelineHealth;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import java.util.List;
import java.util.Optional;

/**
 * What machines ask to see whether the server works, and what a person finds at its root. Without
 * credentials, so nothing is answered that a stranger may not know.
 */
final class HealthRoutes {
  private final PipelineHealth health;

  HealthRoutes(PipelineHealth health) {
    this.health = health;
  }

  /**
   * Answers one request.
   *
   * @param path the decoded segments of its address
   * @return false if it is for another route
   */
  boolean handle(HttpServerExchange exchange, List<String> path) {
    boolean reads =
        exchange.getRequestMethod().equals(Methods.GET)
            || exchange.getRequestMethod().equals(Methods.HEAD);
    if (!reads || path.size() > 1) {
      return false;
    }
    switch (path.isEmpty() ? "" : path.get(0)) {
      case "" -> answer(exchange, 200, pointer());
      case "health" -> answer(exchange, 200, Answers.object().put("status", "ok"));
      case "ready" -> answer(exchange, health.isReady() ? 200 : 503, readiness());
      default -> {
        return false;
      }
    }
    return true;
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
        .put("api", "/" + ApiDocument.PATH)
        .put("health", "/health")
        .put("ready", "/ready")
        .put("documentation", "README.md and docs/ of the source tree");
  }

  private static void answer(HttpServerExchange exchange, int status, ObjectNode body) {
    exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store");
    Answers.send(exchange, status, body);
  }
}
