package dev.traitflow.server.http;

import java.util.List;

/**
 * What a route takes and answers, in the words of the OpenAPI document.
 *
 * @param summary one sentence
 * @param body the name of the body's schema; empty for none
 * @param status the status of the usual answer
 * @param answer the name of its schema, or its media type; empty where the document says more about
 *     the route than fits here
 * @param parameters names of the document's parameters that it reads from the address
 */
record RouteContract(
    String summary, String body, int status, String answer, List<String> parameters) {
  RouteContract {
    parameters = List.copyOf(parameters);
  }

  static RouteContract of(String summary) {
    return new RouteContract(summary, "", 200, "", List.of());
  }

  RouteContract takes(String schema) {
    return new RouteContract(summary, schema, status, answer, parameters);
  }

  RouteContract answers(int otherStatus, String schema) {
    return new RouteContract(summary, body, otherStatus, schema, parameters);
  }

  RouteContract query(String... names) {
    return new RouteContract(summary, body, status, answer, List.of(names));
  }
}
