package dev.traitflow.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.server.config.SpaceRegistry;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;

/**
 * The settings the browser library asks for before it sends anything. It names this server as the
 * only place to send to, and turns the library's measurements of itself off: without either the
 * library would talk to its vendor.
 */
final class SettingsHandler {
  private final SpaceRegistry spaces;

  SettingsHandler(SpaceRegistry spaces) {
    this.spaces = spaces;
  }

  /** Answers {@code GET /v1/projects/{writeKey}/settings}. */
  void handle(HttpServerExchange exchange, String writeKey) {
    if (spaces.byWriteKey(writeKey).isEmpty()) {
      Answers.refuseCall(
          exchange, new HttpProblem(404, "unknown_source", "The write key belongs to no source."));
      return;
    }
    ObjectNode settings = Answers.object();
    settings
        .putObject("integrations")
        .putObject("Segment.io")
        .put("apiKey", writeKey)
        .put("apiHost", exchange.getHostAndPort() + "/v1")
        .put("protocol", protocol(exchange));
    settings.putObject("metrics").put("sampleRate", 0);
    exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "public, max-age=60");
    Answers.send(exchange, 200, settings);
  }

  /** Behind a proxy that ends TLS, the page must go on sending to the proxy by https. */
  private static String protocol(HttpServerExchange exchange) {
    String forwarded = exchange.getRequestHeaders().getFirst(Headers.X_FORWARDED_PROTO);
    return "https".equalsIgnoreCase(forwarded) ? "https" : exchange.getRequestScheme();
  }
}
