package dev.traitflow.server.http;

import dev.traitflow.server.log.RecordTooLargeException;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands each request to its handler, on a worker thread, and makes an answer of every failure. The
 * address is taken as it came: the decoding of identifiers is ours.
 */
final class Router implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Router.class);

  private final TrackingRoutes tracking;
  private final ReplayHandler replay;
  private final ProfileRoutes profiles;
  private final HistoryReadsHandler historyReads;
  private final AdminHandler admin;
  private final TraitsHandler traits;
  private final SpaceRoutes spaceRoutes;
  private final DebuggerHandler debugger;
  private final SourcesHandler sources;
  private final AdminToken adminToken;
  private final boolean replica;
  private final ApiDocument document = new ApiDocument();

  Router(
      TrackingRoutes tracking,
      ReplayHandler replay,
      ProfileRoutes profiles,
      HistoryReadsHandler historyReads,
      AdminHandler admin,
      TraitsHandler traits,
      SpaceRoutes spaceRoutes,
      DebuggerHandler debugger,
      SourcesHandler sources,
      AdminToken adminToken,
      boolean replica) {
    this.replica = replica;
    this.tracking = tracking;
    this.replay = replay;
    this.profiles = profiles;
    this.historyReads = historyReads;
    this.admin = admin;
    this.traits = traits;
    this.spaceRoutes = spaceRoutes;
    this.debugger = debugger;
    this.sources = sources;
    this.adminToken = adminToken;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    if (exchange.isInIoThread()) {
      if (tracking.take(exchange)) {
        RequestDeadline.set(exchange, RequestDeadline.CALL_SECONDS);
      } else {
        RequestDeadline.set(exchange, RequestDeadline.OTHER_SECONDS);
        exchange.dispatch(this);
      }
      return;
    }
    exchange.startBlocking();
    try {
      route(exchange, decode(exchange));
    } catch (HttpProblem problem) {
      Answers.refuse(exchange, problem);
    } catch (IOException | RuntimeException edge) {
      if (edge.getCause() instanceof RecordTooLargeException tooLarge) {
        Answers.refuse(exchange, HttpProblem.tooLarge(tooLarge));
        return;
      }
      // The edge of the process: whatever it was, the caller gets JSON and the log the reason.
      LOG.error("A request to {} failed", area(exchange), edge);
      if (!exchange.isResponseStarted()) {
        Answers.refuse(
            exchange, new HttpProblem(500, "server_error", "The server failed; see its log."));
      }
    }
  }

  private Query decode(HttpServerExchange exchange) {
    String rawPath = Query.rawPath(exchange);
    try {
      return Query.of(rawPath, exchange.getQueryString());
    } catch (HttpProblem problem) {
      List<String> raw = Arrays.stream(rawPath.split("/", -1)).skip(1).toList();
      if (ProfileRoutes.isRoute(raw)) {
        profiles.refuse(exchange, raw, problem);
      }
      throw problem;
    }
  }

  private void route(HttpServerExchange exchange, Query query) throws IOException {
    List<String> path = query.path();
    if (replica) {
      ReplicaGate.check(exchange, path);
    }
    String area = path.isEmpty() ? "" : path.get(0);
    if (area.equals("v1") && path.size() > 1) {
      routeApi(exchange, query);
    } else if (area.equals("admin") || area.equals("config")) {
      routeAdmin(exchange, query);
    } else if (path.equals(List.of(ApiDocument.PATH))
        && exchange.getRequestMethod().equals(Methods.GET)) {
      document.handle(exchange);
    } else {
      throw unknown();
    }
  }

  private void routeApi(HttpServerExchange exchange, Query query) throws IOException {
    List<String> path = query.path();
    HttpString method = exchange.getRequestMethod();
    boolean isReplay = path.size() == 2 && path.get(1).equals("replay");
    boolean isReplayFlush =
        path.size() == 3 && path.get(1).equals("replay") && path.get(2).equals("flush");
    if (isReplay && method.equals(Methods.POST)) {
      replay.append(exchange, query);
    } else if (isReplayFlush && method.equals(Methods.POST)) {
      replay.flush(exchange, query);
    } else if (isReplay && method.equals(Methods.GET)) {
      replay.last(exchange, query);
    } else if (ProfileRoutes.isRoute(path)) {
      profiles.handle(exchange, query, this);
    } else if (isReplay || isReplayFlush) {
      throw new HttpProblem(405, "method_not_allowed", "This route does not take " + method + ".");
    } else if (path.size() == 2 && method.equals(Methods.POST)) {
      // Somebody sends calls to a route that is none: in the form their client understands.
      Cors.allow(exchange);
      Answers.refuseCall(
          exchange, new HttpProblem(404, "not_found", "There is no route " + path.get(1) + "."));
    } else {
      throw unknown();
    }
  }

  private void routeAdmin(HttpServerExchange exchange, Query query) throws IOException {
    if (!Credentials.bearer(exchange).map(adminToken::matches).orElse(false)) {
      throw new HttpProblem(
          401, "authentication_error", "The admin token is missing or wrong (Bearer).");
    }
    exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store");
    if (!historyReads.handle(exchange, query)
        && !traits.handle(exchange, query)
        && !spaceRoutes.handle(exchange, query)
        && !debugger.handle(exchange, query)
        && !sources.handle(exchange, query)
        && !admin.handle(exchange, query)) {
      throw unknown();
    }
  }

  /** The refusal of an address that names no route. */
  static HttpProblem unknown() {
    return new HttpProblem(404, "not_found", "There is no such route.");
  }

  /** The first part of the address: the rest may name a person. */
  private static String area(HttpServerExchange exchange) {
    String[] parts = exchange.getRequestURI().split("/", 4);
    return parts.length > 2 ? parts[1] + "/" + parts[2] : exchange.getRequestURI();
  }
}
