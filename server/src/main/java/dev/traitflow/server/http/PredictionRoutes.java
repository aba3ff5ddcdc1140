package dev.traitflow.server.http;

import dev.traitflow.server.http.HttpServer.Parts;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.util.List;

/** The routes of predictions below one space of the control API. */
final class PredictionRoutes {
  private final PredictionsHandler predictions;
  private final PredictionPreviewHandler preview;
  private final PredictionReportsHandler reports;
  private final PredictiveAudiencesHandler suggestions;

  PredictionRoutes(Parts parts, PredictionsHandler predictions) {
    AudiencesHandler audiences = new AudiencesHandler(parts.spaces(), parts.repository());
    this.predictions = predictions;
    preview = new PredictionPreviewHandler(predictions, parts.clock(), parts.repository());
    reports =
        new PredictionReportsHandler(predictions, audiences, parts.clock(), parts.repository());
    suggestions =
        new PredictiveAudiencesHandler(predictions, audiences, parts.clock(), parts.repository());
  }

  /**
   * Answers one request below {@code /config/spaces/{space}/}; who may was checked before.
   *
   * @return false if it is none of these routes
   */
  boolean handle(HttpServerExchange exchange, Query query) throws IOException {
    List<String> path = query.path();
    String space = path.get(2);
    String area = path.get(3);
    if (area.equals("templates") && path.size() == 5) {
      switch (path.get(4)) {
        case "predictive-audiences" -> suggestions.handle(exchange, query, space);
        case "predictions" -> preview.kinds(exchange, space);
        default -> {
          return false;
        }
      }
      return true;
    }
    if (!area.equals("predictions")) {
      return false;
    }
    switch (path.size()) {
      case 4 -> predictions.handleAll(exchange, space, query);
      case 5 -> one(exchange, space, path.get(4));
      case 6 -> {
        return leaf(exchange, query, space, path.get(4), path.get(5));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void one(HttpServerExchange exchange, String space, String key) throws IOException {
    if (key.equals("preview") && exchange.getRequestMethod().equalToString("POST")) {
      preview.preview(exchange, space);
    } else {
      predictions.handleOne(exchange, space, key);
    }
  }

  private boolean leaf(
      HttpServerExchange exchange, Query query, String space, String key, String leaf)
      throws IOException {
    switch (leaf) {
      case "train" -> predictions.train(exchange, space, key);
      case "versions" -> predictions.versions(exchange, space, key);
      case "audience" -> reports.createAudience(exchange, space, key);
      default -> {
        return reports.handle(exchange, query, space, key, leaf);
      }
    }
    return true;
  }
}
