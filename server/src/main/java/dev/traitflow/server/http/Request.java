package dev.traitflow.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertow.server.HttpServerExchange;

/**
 * One request to a route, decoded.
 *
 * @param exchange the request as the listener has it, for what is not JSON
 * @param route the route it is for
 * @param query the address
 * @param caller who makes it
 */
public record Request(HttpServerExchange exchange, Route route, Query query, Caller caller) {
  /** The decoded value of a parameter of the template. */
  public String path(String parameter) {
    return query.path().get(route.position(parameter));
  }

  /**
   * The body as it was received, inflated.
   *
   * @throws HttpProblem 400 if it is larger than the route takes, or not the gzip it says it is
   */
  public byte[] body() {
    return RequestBody.read(exchange, route.bodyBytesMax());
  }

  /**
   * The body as one JSON object.
   *
   * @throws HttpProblem 400 if it is something else
   */
  public ObjectNode json() {
    return RequestBody.object(body());
  }

  /** Answers with JSON. */
  public void answer(int status, JsonNode json) {
    Answers.send(exchange, status, json);
  }

  /** Answers with bytes of JSON. */
  public void answer(int status, byte[] json) {
    Answers.send(exchange, status, json);
  }
}
