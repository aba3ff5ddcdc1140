package dev.traitflow.server.http;

import io.undertow.server.HttpServerExchange;

/** What the routes of one API share, and what is answered below it where there is no route. */
public interface Area {
  /** The refusal of a change by a server that only reads. */
  String REPLICA =
      "This server is a replica and only reads: send this to the server that owns the log"
          + " (started without --replica).";

  /** True if an address, as it came, belongs to this API. */
  boolean contains(String rawPath);

  /** Who may learn that there is no such route. */
  Access access();

  /** Sets the headers that every answer carries, refusals too. */
  default void begin(HttpServerExchange exchange) {}

  /**
   * Answers what a browser asks before it sends to a route from another site's page.
   *
   * @return false if pages of other sites may not send
   */
  default boolean answersPreflight(HttpServerExchange exchange) {
    return false;
  }

  /** The refusal of an address that names no route. */
  default HttpProblem unknown(HttpServerExchange exchange, Query query, Caller caller) {
    return new HttpProblem(ErrorCode.NOT_FOUND, "There is no such route.");
  }

  /** The refusal of a change by a replica. */
  default HttpProblem replica() {
    return new HttpProblem(ErrorCode.REPLICA, REPLICA);
  }

  /** Sends a refusal in the form that clients of this API understand. */
  default void refuse(HttpServerExchange exchange, HttpProblem problem) {
    Answers.refuse(exchange, problem);
  }
}
