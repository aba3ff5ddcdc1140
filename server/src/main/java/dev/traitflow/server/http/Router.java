package dev.traitflow.server.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Hands each request to its handler, on a worker thread, and makes an answer of every failure. The
 * address is taken as it came: the decoding of identifiers is ours.
 *
 * <p>No worker thread ever waits for a body: it is received before, and only from those who may
 * send it. Seventeen connections that promise a body and send none would hold all workers of a
 * small machine otherwise.
 */
final class Router implements HttpHandler {
  /** The largest body of the control API, a space's definition, in bytes. */
  private static final int ADMIN_BYTES_MAX = 8 << 20;

  /** The largest body of the Profile API, in bytes. */
  private static final int PROFILE_BYTES_MAX = 1 << 20;

  private final HostGate hosts;
  private final TrackingRoutes tracking;
  private final ReplayHandler replay;
  private final ProfileRoutes profiles;
  private final HistoryReadsHandler historyReads;
  private final AdminHandler admin;
  private final TraitsHandler traits;
  private final SpaceRoutes spaceRoutes;
  private final DebuggerHandler debugger;
  private final SourcesHandler sources;
  private final HealthRoutes health;
  private final AdminToken adminToken;
  private final LongRequests longReads;
  private final boolean replica;
  private final ApiDocument document = new ApiDocument();

  Router(
      HostGate hosts,
      TrackingRoutes tracking,
      ReplayHandler replay,
      ProfileRoutes profiles,
      HistoryReadsHandler historyReads,
      AdminHandler admin,
      TraitsHandler traits,
      SpaceRoutes spaceRoutes,
      DebuggerHandler debugger,
      SourcesHandler sources,
      HealthRoutes health,
      AdminToken adminToken,
      LongRequests longReads,
      boolean replica) {
    this.replica = replica;
    this.hosts = hosts;
    this.tracking = tracking;
    this.replay = replay;
    this.profiles = profiles;
    this.historyReads = historyReads;
    this.admin = admin;
    this.traits = traits;
    this.spaceRoutes = spaceRoutes;
    this.debugger = debugger;
    this.sources = sources;
    this.health = health;
    this.adminToken = adminToken;
    this.longReads = longReads;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    RequestEdge.run(
        exchange,
        exchange.isInIoThread() ? () -> begin(exchange) : () -> route(exchange, decode(exchange)));
  }

  /** On the connection's own thread, which must never be held. */
  private void begin(HttpServerExchange exchange) {
    hosts.check(exchange);
    endAfterBodyOfGet(exchange);
    if (tracking.take(exchange)) {
      RequestDeadline.set(exchange, RequestDeadline.CALL_SECONDS);
      return;
    }
    int limit = exchange.isRequestComplete() ? 0 : admit(exchange, decode(exchange));
    if (limit == 0) {
      exchange.dispatch(this);
      return;
    }
    RequestDeadline.set(exchange, RequestDeadline.OTHER_SECONDS);
    BodyReceiver.receive(
        exchange,
        BodyReceiver.Room.REQUESTS,
        limit,
        body -> {
          RequestBody.keep(exchange, body);
          exchange.dispatch(this);
        },
        problem -> Answers.refuse(exchange, problem));
  }

  /**
   * Lets a request in before its body is received, or refuses it.
   *
   * @return how large the body may be as it comes, in bytes; 0 if no route takes one, and none is
   *     received
   */
  private int admit(HttpServerExchange exchange, Query query) {
    List<String> path = query.path();
    if (replica) {
      ReplicaGate.check(exchange, path);
    }
    if (isAdmin(path)) {
      requireAdmin(exchange);
      return ADMIN_BYTES_MAX;
    }
    if (ProfileRoutes.isRoute(path)) {
      profiles.admit(exchange, path);
      return PROFILE_BYTES_MAX;
    }
    if (ReplayHandler.isRoute(path)) {
      replay.admit(exchange);
      return ReplayHandler.CHUNK_BYTES_MAX;
    }
    return 0;
  }

  /**
   * The listener reads no body of a GET and would take it for the next request: a proxy in front
   * that passed it on would mix up the answers of two callers. So there is no next request.
   */
  private static void endAfterBodyOfGet(HttpServerExchange exchange) {
    if (exchange.getRequestMethod().equals(Methods.GET)
        && (exchange.getRequestContentLength() > 0
            || exchange.getRequestHeaders().contains(Headers.TRANSFER_ENCODING))) {
      exchange.setPersistent(false);
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
    if (health.handle(exchange, path)) {
      return;
    }
    if (path.size() > 1 && path.get(0).equals("v1")) {
      routeApi(exchange, query);
    } else if (isAdmin(path)) {
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
    requireAdmin(exchange);
    exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store");
    if (HistoryReadsHandler.isRoute(exchange, query)) {
      longReads.run(exchange, () -> historyReads.handle(exchange, query));
    } else if (!traits.handle(exchange, query)
        && !spaceRoutes.handle(exchange, query)
        && !debugger.handle(exchange, query)
        && !sources.handle(exchange, query)
        && !admin.handle(exchange, query)) {
      throw unknown();
    }
  }

  private static boolean isAdmin(List<String> path) {
    return !path.isEmpty() && (path.get(0).equals("admin") || path.get(0).equals("config"));
  }

  private void requireAdmin(HttpServerExchange exchange) {
    if (!adminToken.isShown(exchange)) {
      throw new HttpProblem(
          401, "authentication_error", "The admin token is missing or wrong (Bearer).");
    }
  }

  /** The refusal of an address that names no route. */
  static HttpProblem unknown() {
    return new HttpProblem(404, "not_found", "There is no such route.");
  }
}
