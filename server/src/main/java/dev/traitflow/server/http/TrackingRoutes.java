package dev.traitflow.server.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.util.List;

/**
 * Finds the requests that send calls and takes them on the connection's own thread: a call is read,
 * appended and answered without being handed to another one. Pages of any origin may send, and may
 * read every answer, errors too.
 */
final class TrackingRoutes {
  private static final String PREFIX = "/v1/";
  private static final String PIXEL = PREFIX + "pixel/";

  private final TrackingHandler tracking;
  private final PixelHandler pixel;
  private final SettingsHandler settings;
  private final boolean replica;

  /**
   * The routes.
   *
   * @param replica true for a server that appends nothing and refuses all of them
   */
  TrackingRoutes(TrackingHandler tracking, SettingsHandler settings, boolean replica) {
    this.replica = replica;
    this.tracking = tracking;
    this.pixel = new PixelHandler(tracking);
    this.settings = settings;
  }

  /** Takes the request if it is one of these; false if it is not and nothing was done. */
  boolean take(HttpServerExchange exchange) {
    String uri = Query.rawPath(exchange);
    if (!uri.startsWith(PREFIX)) {
      return false;
    }
    try {
      return route(exchange, pathOf(uri));
    } catch (HttpProblem problem) {
      Cors.allow(exchange);
      Answers.refuseCall(exchange, problem);
      return true;
    } catch (Door.SilentlyDroppedException dropped) {
      Answers.send(exchange, 200, LogAnswers.success());
      return true;
    }
  }

  private boolean route(HttpServerExchange exchange, List<String> path) {
    HttpString method = exchange.getRequestMethod();
    TrackingRoute route = path.size() == 1 ? TrackingRoute.of(path.get(0)) : null;
    boolean isPixel = Query.rawPath(exchange).startsWith(PIXEL);
    boolean isSettings =
        path.size() == 3 && path.get(0).equals("projects") && path.get(2).equals("settings");
    if (route == null && !isPixel && !isSettings) {
      return false;
    }
    if (method.equals(Methods.OPTIONS)) {
      Cors.preflight(exchange);
      return true;
    }
    Cors.allow(exchange);
    if (replica) {
      ReplicaGate.check(exchange, List.of("v1"));
    }
    HttpString wanted = route != null ? Methods.POST : Methods.GET;
    if (!method.equals(wanted)) {
      exchange.getResponseHeaders().put(Headers.ALLOW, wanted + ", OPTIONS");
      throw new HttpProblem(
          405, "method_not_allowed", "This route takes " + wanted + ", not " + method + ".");
    }
    if (isSettings) {
      settings.handle(exchange, path.get(1));
    } else if (isPixel) {
      pixel.begin(exchange);
    } else if (route == TrackingRoute.M) {
      Answers.send(exchange, 200, LogAnswers.success());
    } else if (route != null) {
      tracking.begin(exchange, route, queryOf(exchange));
    }
    return true;
  }

  /** The parts behind {@code /v1/}; none if they are not well encoded: then no call is meant. */
  private static List<String> pathOf(String uri) {
    int end = uri.endsWith("/") ? uri.length() - 1 : uri.length();
    if (end <= PREFIX.length()) {
      return List.of();
    }
    String rest = uri.substring(PREFIX.length(), end);
    boolean isPlain = rest.indexOf('/') < 0 && rest.indexOf('%') < 0;
    try {
      return isPlain ? List.of(rest) : Query.of("/" + rest, "").path();
    } catch (HttpProblem badEncoding) {
      return List.of();
    }
  }

  private static Query queryOf(HttpServerExchange exchange) {
    String text = exchange.getQueryString();
    return text.isEmpty() ? Query.EMPTY : Query.of("/", text);
  }
}
