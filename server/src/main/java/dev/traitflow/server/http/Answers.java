package dev.traitflow.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.server.log.ExactJson;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.nio.ByteBuffer;

/** Writes answers: always JSON, errors too. */
public final class Answers {
  private static final HttpString RESET = new HttpString("X-RateLimit-Reset");

  private Answers() {}

  /** Sends JSON bytes. */
  public static void send(HttpServerExchange exchange, int status, byte[] json) {
    exchange.setStatusCode(status);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
    RequestDeadline.endBeforeBody(exchange);
    exchange.getResponseSender().send(ByteBuffer.wrap(json));
    RequestDeadline.setForAnswer(exchange, json.length);
  }

  /** Sends JSON. */
  public static void send(HttpServerExchange exchange, int status, JsonNode json) {
    send(exchange, status, ExactJson.write(json));
  }

  /** Sends a refusal in the form of the Profile API and the admin routes. */
  public static void refuse(HttpServerExchange exchange, HttpProblem problem) {
    if (problem.retryAfterSeconds() > 0) {
      String seconds = Long.toString(problem.retryAfterSeconds());
      exchange.getResponseHeaders().put(Headers.RETRY_AFTER, seconds);
    }
    ObjectNode answer = object();
    ObjectNode error = answer.putObject("error");
    error.put("code", problem.code().wireName()).put("message", problem.sentence());
    if (!problem.field().isEmpty()) {
      error.put("field", problem.field());
    }
    if (!problem.details().isEmpty()) {
      problem.details().forEach(error.putArray("problems")::add);
    }
    if (!problem.problems().isEmpty()) {
      ArrayNode places = error.putArray("places");
      for (Problem each : problem.problems()) {
        places.addObject().put("pointer", each.pointer()).put("message", each.message());
      }
    }
    send(exchange, problem.status(), answer);
  }

  /**
   * Sends a refusal in the form of the tracking API. Code and message both: without them a known
   * client takes any refusal for a passing fault and sends the same again.
   */
  public static void refuseCall(HttpServerExchange exchange, HttpProblem problem) {
    if (problem.retryAfterSeconds() > 0) {
      String seconds = Long.toString(problem.retryAfterSeconds());
      exchange.getResponseHeaders().put(Headers.RETRY_AFTER, seconds).put(RESET, seconds);
    }
    send(
        exchange,
        problem.status(),
        object()
            .put("success", false)
            .put("code", problem.code().wireName())
            .put("message", problem.sentence())
            .put("error", problem.sentence()));
  }

  /** An empty object to fill. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
