package dev.traitflow.server.tracking;

import dev.traitflow.server.http.Access;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.http.Area;
import dev.traitflow.server.http.Caller;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Query;
import dev.traitflow.server.http.Request;
import dev.traitflow.server.http.Route;
import io.undertow.server.HttpServerExchange;
import java.util.ArrayList;
import java.util.List;

/**
 * The routes that take calls, on the connection's own thread: a call is read, appended and answered
 * without being handed to another one. Pages of any origin may send, and may read every answer,
 * errors too.
 */
public final class TrackingRoutes implements Area {
  private static final String PREFIX = "/v1/";

  private final TrackingHandler tracking;
  private final PixelHandler pixel;
  private final SettingsHandler settings;

  public TrackingRoutes(TrackingHandler tracking, SettingsHandler settings) {
    this.tracking = tracking;
    this.pixel = new PixelHandler(tracking);
    this.settings = settings;
  }

  /** The routes. */
  public List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    for (TrackingRoute calls : TrackingRoute.values()) {
      routes.add(
          Route.post(
                  PREFIX + calls.routeName(),
                  calls.summary(),
                  Access.WRITE_KEY,
                  request -> take(request, calls))
              .onConnection()
              .answers(calls == TrackingRoute.M ? "Success" : ""));
    }
    routes.add(
        Route.get(
                PREFIX + "pixel/*", "Takes one call in its address", Access.WRITE_KEY, pixel::begin)
            .onConnection()
            .changing()
            .answers("image/gif"));
    // It names this server as the one to send to, which a replica is not.
    routes.add(
        Route.get(
                PREFIX + "projects/{writeKey}/settings",
                "The settings of the browser library",
                Access.WRITE_KEY,
                settings::handle)
            .onConnection()
            .changing()
            .answers("BrowserSettings"));
    return routes;
  }

  private void take(Request request, TrackingRoute calls) {
    if (calls == TrackingRoute.M) {
      request.answer(200, LogAnswers.success());
      return;
    }
    try {
      tracking.begin(request.exchange(), calls, request.query());
    } catch (Door.SilentlyDroppedException dropped) {
      request.answer(200, LogAnswers.success());
    }
  }

  @Override
  public boolean contains(String rawPath) {
    return rawPath.startsWith(PREFIX);
  }

  @Override
  public Access access() {
    return Access.PUBLIC;
  }

  @Override
  public void begin(HttpServerExchange exchange) {
    Cors.allow(exchange);
  }

  @Override
  public boolean answersPreflight(HttpServerExchange exchange) {
    Cors.preflight(exchange);
    return true;
  }

  @Override
  public HttpProblem unknown(HttpServerExchange exchange, Query query, Caller caller) {
    return query.path().size() == 2
        ? new HttpProblem(ErrorCode.NOT_FOUND, "There is no route " + query.path().get(1) + ".")
        : Area.super.unknown(exchange, query, caller);
  }

  /**
   * A 4xx would make a client throw its calls away: they are refused so that it sends them again.
   */
  @Override
  public HttpProblem replica() {
    return HttpProblem.replica(REPLICA);
  }

  @Override
  public void refuse(HttpServerExchange exchange, HttpProblem problem) {
    Answers.refuseCall(exchange, problem);
  }
}
