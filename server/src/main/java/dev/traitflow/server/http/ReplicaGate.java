package dev.traitflow.server.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.util.List;
import java.util.Set;

/**
 * What a replica refuses: everything that would append to the log or change a definition. Calls are
 * refused so that clients send them again, elsewhere: a 4xx would make them throw the call away.
 */
final class ReplicaGate {
  private static final String SENTENCE =
      "This server is a replica and only reads: send this to the server that owns the log"
          + " (started without --replica).";

  /** The last segments of routes that are posted to and yet change nothing. */
  private static final Set<String> READS = Set.of("preview", "plan", "dry-run");

  private ReplicaGate() {}

  /**
   * Lets a request outside of the Profile API through or refuses it.
   *
   * @throws HttpProblem 503 for what a client may send elsewhere, 403 for the rest
   */
  static void check(HttpServerExchange exchange, List<String> path) {
    if (path.isEmpty() || ProfileRoutes.isRoute(path)) {
      return;
    }
    if (path.get(0).equals("v1")) {
      exchange.getResponseHeaders().put(Headers.RETRY_AFTER, "1");
      throw new HttpProblem(503, "replica", SENTENCE);
    }
    HttpString method = exchange.getRequestMethod();
    boolean reads =
        method.equals(Methods.GET)
            || method.equals(Methods.HEAD)
            // A trait may be called `plan`, and deleted by that name.
            || (method.equals(Methods.POST) && READS.contains(path.get(path.size() - 1)));
    if (!reads) {
      throw refusal();
    }
  }

  /** The refusal of a change. */
  static HttpProblem refusal() {
    return new HttpProblem(403, "replica", SENTENCE);
  }
}
