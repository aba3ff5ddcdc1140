package dev.traitflow.server.tracking;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import java.util.regex.Pattern;

/**
 * Lets pages of any origin send calls. The write key in a page is public anyway; what reads
 * profiles has no such headers, ever.
 */
public final class Cors {
  private static final HttpString ORIGIN = new HttpString("Access-Control-Allow-Origin");
  private static final HttpString METHODS = new HttpString("Access-Control-Allow-Methods");
  private static final HttpString HEADERS = new HttpString("Access-Control-Allow-Headers");
  private static final HttpString ASKED = new HttpString("Access-Control-Request-Headers");
  private static final HttpString MAX_AGE = new HttpString("Access-Control-Max-Age");
  private static final HttpString EXPOSE = new HttpString("Access-Control-Expose-Headers");

  private static final String USUAL =
      "authorization, content-type, x-retry-count, anonymousid, sentat, rsa-retry-attempt,"
          + " rsa-retry-reason, rsa-since-first-attempt, rsa-since-last-attempt";

  /** A list of header names, and nothing a response could be split by. */
  private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9_, -]{1,512}");

  private Cors() {}

  /** Allows the answer to be read: on errors too, or the client never learns to slow down. */
  static void allow(HttpServerExchange exchange) {
    exchange
        .getResponseHeaders()
        .put(ORIGIN, "*")
        .put(EXPOSE, "Retry-After, X-RateLimit-Reset, X-Traitflow-Token");
  }

  /** Answers a preflight. It comes without credentials, so none are looked at. */
  static void preflight(HttpServerExchange exchange) {
    allow(exchange);
    String asked = exchange.getRequestHeaders().getFirst(ASKED);
    exchange.getResponseHeaders().put(METHODS, "GET, POST").put(MAX_AGE, "86400");
    // What was asked for is allowed back: a star would not cover Authorization.
    exchange
        .getResponseHeaders()
        .put(HEADERS, asked != null && NAMES.matcher(asked).matches() ? asked : USUAL);
    exchange.setStatusCode(204);
    exchange.endExchange();
  }
}
