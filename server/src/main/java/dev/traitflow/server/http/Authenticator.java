package dev.traitflow.server.http;

import io.undertow.server.HttpServerExchange;

/** Checks who makes a request, from its headers and its address alone. */
public interface Authenticator {
  /**
   * Lets a caller in or refuses it; a request to a space with the vendor's limits is counted.
   *
   * @throws HttpProblem 401, 403 or 429
   */
  Caller check(Access access, HttpServerExchange exchange, Query query);
}
