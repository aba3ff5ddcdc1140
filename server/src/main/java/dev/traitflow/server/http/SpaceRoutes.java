package dev.traitflow.server.http;

import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.delivery.Deliveries;
import dev.traitflow.server.log.EventLog;
import dev.traitflow.server.store.ProfileRepository;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.util.List;

/**
 * The routes below one space of the control API, each list with its own handler, and those of
 * capture destinations.
 */
final class SpaceRoutes {
  private final AudiencesHandler audiences;
  private final DestinationsHandler destinations;
  private final CaptureHandler capture;
  private final ProfileDeletionHandler profiles;
  private final IdentityRulesHandler identity;
  private final InsightsHandler insights;
  private final MergesHandler merges;
  private final FlexTemplatesHandler flexTemplates;
  private final SpaceDebuggerHandler debugger;
  private final PredictionRoutes predictions;

  SpaceRoutes(
      SpaceRegistry spaces,
      EventLog log,
      ProfileRepository repository,
      Deliveries deliveries,
      PredictionRoutes predictions) {
    this.predictions = predictions;
    profiles = new ProfileDeletionHandler(spaces, log);
    destinations = new DestinationsHandler(spaces);
    capture = new CaptureHandler(spaces, deliveries);
    audiences = new AudiencesHandler(spaces, repository);
    identity = new IdentityRulesHandler(spaces, repository);
    insights = new InsightsHandler(spaces, repository);
    merges = new MergesHandler(spaces, log, repository);
    flexTemplates = new FlexTemplatesHandler(spaces, repository);
    debugger = new SpaceDebuggerHandler(spaces, deliveries);
  }

  /**
   * Answers one request; who may was checked before.
   *
   * @return false if it is none of these routes
   */
  boolean handle(HttpServerExchange exchange, Query query) throws IOException {
    List<String> path = query.path();
    if (path.size() == 3 && path.get(0).equals("admin") && path.get(1).equals("capture")) {
      capture.handle(exchange, path.get(2));
      return true;
    }
    if (path.size() < 4 || !path.get(0).equals("config") || !path.get(1).equals("spaces")) {
      return false;
    }
    String space = path.get(2);
    String leaf = path.size() > 4 ? path.get(4) : "";
    String route = path.get(3) + (path.size() > 4 ? "/*" : "");
    if (path.size() == 6 && path.get(3).equals("merges") && path.get(5).equals("undo")) {
      merges.undo(exchange, space, leaf);
      return true;
    }
    if (predictions.handle(exchange, query)) {
      return true;
    }
    if (path.size() > 5) {
      return false;
    }
    switch (route) {
      case "audiences" -> audiences.handleAll(exchange, space, query);
      case "audiences/*" -> audiences.handleOne(exchange, space, leaf);
      case "debugger" -> debugger.handle(exchange, space, query);
      case "destinations" -> destinations.handleAll(exchange, space);
      case "destinations/*" -> destinations.handleOne(exchange, space, leaf);
      case "identity" -> identity.handle(exchange, space);
      case "identity/*" -> {
        return handleIdentity(exchange, query, space, leaf);
      }
      case "insights" -> insights.list(exchange, space, query);
      case "merges" -> merges.handleAll(exchange, space, query);
      case "profiles/*" -> profiles.handle(exchange, space, leaf);
      case "templates/*" -> {
        if (!leaf.equals("flex")) {
          return false;
        }
        flexTemplates.handle(exchange, space);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean handleIdentity(
      HttpServerExchange exchange, Query query, String space, String leaf) throws IOException {
    switch (leaf) {
      case "dry-run", "import" -> identity.handle(exchange, space, leaf);
      case "why-not-merged" -> insights.whyNotMerged(exchange, space, query);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** The refusal of a method that a route does not take. */
  static HttpProblem notTaken(HttpServerExchange exchange) {
    return new HttpProblem(
        405, "method_not_allowed", "This route does not take " + exchange.getRequestMethod() + ".");
  }
}
