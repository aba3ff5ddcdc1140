package dev.traitflow.server.tracking;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Request;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * The settings the browser library asks for before it sends anything. It names this server as the
 * only place to send to, and turns the library's measurements of itself off: without either the
 * library would talk to its vendor.
 *
 * <p>Where the public address is configured the answer is the same for everybody, and caches may
 * keep it. Else it names the host that was asked, and no shared cache may: one stranger's request
 * would send the events of all visitors to a host of his.
 */
public final class SettingsHandler {
  private final SpaceRegistry spaces;
  private final @Nullable URI publicUrl;

  /**
   * The settings.
   *
   * @param publicUrl where browsers reach this server, null to go by their requests
   */
  public SettingsHandler(SpaceRegistry spaces, @Nullable URI publicUrl) {
    this.spaces = spaces;
    this.publicUrl = publicUrl;
  }

  /** Answers {@code GET /v1/projects/{writeKey}/settings}. */
  public void handle(Request request) {
    HttpServerExchange exchange = request.exchange();
    String writeKey = request.path("writeKey");
    if (spaces.byWriteKey(writeKey).isEmpty()) {
      throw new HttpProblem(ErrorCode.NO_SETTINGS, "The write key belongs to no source.");
    }
    ObjectNode settings = Answers.object();
    settings
        .putObject("integrations")
        .putObject("Segment.io")
        .put("apiKey", writeKey)
        .put("apiHost", host(exchange) + "/v1")
        .put("protocol", protocol(exchange));
    settings.putObject("metrics").put("sampleRate", 0);
    if (publicUrl == null) {
      exchange
          .getResponseHeaders()
          .put(Headers.CACHE_CONTROL, "private, max-age=60")
          .put(Headers.VARY, "Host, X-Forwarded-Proto");
    } else {
      exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "public, max-age=60");
    }
    request.answer(200, settings);
  }

  private String host(HttpServerExchange exchange) {
    if (publicUrl == null) {
      return exchange.getHostAndPort();
    }
    String path = publicUrl.getRawPath();
    return publicUrl.getRawAuthority()
        + (path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
  }

  /** Behind a proxy that ends TLS, the page must go on sending to the proxy by https. */
  private String protocol(HttpServerExchange exchange) {
    if (publicUrl != null) {
      return publicUrl.getScheme();
    }
    String forwarded = exchange.getRequestHeaders().getFirst(Headers.X_FORWARDED_PROTO);
    return "https".equalsIgnoreCase(forwarded) ? "https" : exchange.getRequestScheme();
  }
}
