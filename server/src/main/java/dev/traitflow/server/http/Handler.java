package dev.traitflow.server.http;

import java.io.IOException;

/**
 * Answers the requests of one route, now or later. Who calls was checked, the body is there; a
 * refusal is thrown as an {@link HttpProblem}.
 */
@FunctionalInterface
interface Handler {
  void handle(Request request) throws IOException;
}
