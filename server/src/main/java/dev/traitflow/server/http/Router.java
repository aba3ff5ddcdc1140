package dev.traitflow.server.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands each request to its handler, on a worker thread, and makes an answer of every failure. The
 * address is taken as it came: the decoding of identifiers is ours.
 */
final class Router implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Router.class);

  private final TrackingHandler tracking;
  private final SettingsHandler settings;
  private final ReplayHandler replay;
  private final ProfileHandler profiles;
  private final IdentifierDeletionHandler identifierDeletion;
  private final HistoryReadsHandler historyReads;
  private final AdminHandler admin;
  private final TraitsHandler traits;
  private final SpaceRoutes spaceRoutes;
  private final DebuggerHandler debugger;
  private final AdminToken adminToken;

  Router(
      TrackingHandler tracking,
      SettingsHandler settings,
      ReplayHandler replay,
      ProfileHandler profiles,
      IdentifierDeletionHandler identifierDeletion,
      HistoryReadsHandler historyReads,
      AdminHandler admin,
      TraitsHandler traits,
      SpaceRoutes spaceRoutes,
      DebuggerHandler debugger,
      AdminToken adminToken) {
    this.tracking = tracking;
    this.settings = settings;
    this.replay = replay;
    this.profiles = profiles;
    this.identifierDeletion = identifierDeletion;
    this.historyReads = historyReads;
    this.admin = admin;
    this.traits = traits;
    this.spaceRoutes = spaceRoutes;
    this.debugger = debugger;
    this.adminToken = adminToken;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    if (exchange.isInIoThread()) {
      exchange.dispatch(this);
      return;
    }
    exchange.startBlocking();
    try {
      route(exchange, Query.of(exchange.getRequestURI(), exchange.getQueryString()));
    } catch (HttpProblem problem) {
      Answers.refuse(exchange, problem);
    } catch (IOException | RuntimeException edge) {
      // The edge of the process: whatever it was, the caller gets JSON and the log the reason.
      LOG.error("A request to {} failed", area(exchange), edge);
      if (!exchange.isResponseStarted()) {
        Answers.refuse(
            exchange, new HttpProblem(500, "server_error", "The server failed; see its log."));
      }
    }
  }

  private void route(HttpServerExchange exchange, Query query) throws IOException {
    List<String> path = query.path();
    String area = path.isEmpty() ? "" : path.get(0);
    if (area.equals("v1") && path.size() > 1) {
      routeApi(exchange, query);
    } else if (area.equals("admin") || area.equals("config")) {
      routeAdmin(exchange, query);
    } else {
      throw unknown();
    }
  }

  private void routeApi(HttpServerExchange exchange, Query query) throws IOException {
    List<String> path = query.path();
    HttpString method = exchange.getRequestMethod();
    boolean isCall = path.size() == 2 && TrackingHandler.isRoute(path.get(1));
    boolean isSettings =
        path.size() == 4 && path.get(1).equals("projects") && path.get(3).equals("settings");
    boolean isReplay = path.size() == 2 && path.get(1).equals("replay");
    boolean isReplayFlush =
        path.size() == 3 && path.get(1).equals("replay") && path.get(2).equals("flush");
    if ((isCall || isSettings) && method.equals(Methods.OPTIONS)) {
      Cors.preflight(exchange);
    } else if (isCall && method.equals(Methods.POST)) {
      tracking.handle(exchange, path.get(1), query);
    } else if (isSettings && method.equals(Methods.GET)) {
      settings.handle(exchange, path.get(2));
    } else if (isReplay && method.equals(Methods.POST)) {
      replay.append(exchange, query);
    } else if (isReplayFlush && method.equals(Methods.POST)) {
      replay.flush(exchange, query);
    } else if (isReplay && method.equals(Methods.GET)) {
      replay.last(exchange, query);
    } else if (ProfileHandler.isRoute(path) && method.equals(Methods.GET)) {
      profiles.handle(exchange, query);
    } else if (IdentifierDeletionHandler.isRoute(path) && method.equals(Methods.POST)) {
      identifierDeletion.handle(exchange, query);
    } else if (isCall || isSettings || isReplay || isReplayFlush || ProfileHandler.isRoute(path)) {
      throw new HttpProblem(405, "method_not_allowed", "This route does not take " + method + ".");
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
        && !admin.handle(exchange, query)) {
      throw unknown();
    }
  }

  private static HttpProblem unknown() {
    return new HttpProblem(404, "not_found", "There is no such route.");
  }

  /** The first part of the address: the rest may name a person. */
  private static String area(HttpServerExchange exchange) {
    String[] parts = exchange.getRequestURI().split("/", 4);
    return parts.length > 2 ? parts[1] + "/" + parts[2] : exchange.getRequestURI();
  }
}
