package dev.traitflow.server.api;

import dev.traitflow.core.audience.AudienceDefinition;
import dev.traitflow.server.api.HttpServer.Parts;
import dev.traitflow.server.control.ObjectsHandler;
import dev.traitflow.server.control.predictions.PredictionPreviewHandler;
import dev.traitflow.server.control.predictions.PredictionReportsHandler;
import dev.traitflow.server.control.predictions.PredictionsHandler;
import dev.traitflow.server.control.predictions.PredictiveAudiencesHandler;
import dev.traitflow.server.http.Access;
import dev.traitflow.server.http.Route;
import io.undertow.util.Methods;
import java.util.ArrayList;
import java.util.List;

/** The rows of predictions in the control API. */
final class PredictionRoutes {
  private static final String SPACE = ControlRoutes.SPACE;
  private static final String TEMPLATES = ControlRoutes.TEMPLATES;
  private static final String PREDICTIONS = SPACE + "/predictions";
  private static final String PREDICTION = PREDICTIONS + "/{prediction}";

  private PredictionRoutes() {}

  /** The routes. */
  static List<Route> of(
      Parts parts, PredictionsHandler predictions, ObjectsHandler<AudienceDefinition> audiences) {
    List<Route> routes = new ArrayList<>(definitions(predictions));
    routes.addAll(reports(parts, predictions, audiences));
    return routes;
  }

  private static List<Route> definitions(PredictionsHandler predictions) {
    return List.of(
        ControlRoutes.get(PREDICTIONS, "Every prediction of a space", predictions::list)
            .answers("PredictionList"),
        ControlRoutes.post(
                PREDICTIONS, "Creates a prediction and begins to train it", predictions::create)
            .takes("PredictionDefinition")
            .answers(201, "Prediction")
            .query("restore"),
        ControlRoutes.get(
                PREDICTION,
                "One prediction: definition, state, checks, progress, statistics",
                predictions::show)
            .answers("Prediction"),
        ControlRoutes.put(
                PREDICTION, "Refused: a prediction is recreated, not edited", predictions::change)
            .takes("PredictionDefinition")
            .answers(400, "Error"),
        Route.of(
                Methods.PATCH,
                PREDICTION,
                "Refused: a prediction is recreated, not edited",
                Access.OPERATOR,
                predictions::change)
            .takes("PredictionDefinition")
            .answers(400, "Error"),
        ControlRoutes.delete(
                PREDICTION, "Deletes a prediction, its models and its traits", predictions::delete)
            .answers("Deleted"),
        ControlRoutes.post(PREDICTION + "/train", "Trains a prediction again", predictions::train)
            .answers(202, "Prediction"),
        ControlRoutes.get(
                PREDICTION + "/versions", "The models that were made", predictions::versions)
            .answers("PredictionVersions"),
        ControlRoutes.post(
                PREDICTION + "/versions", "Puts an earlier model into force", predictions::rollBack)
            .takes("ModelVersion")
            .answers("Prediction"));
  }

  private static List<Route> reports(
      Parts parts, PredictionsHandler predictions, ObjectsHandler<AudienceDefinition> audiences) {
    PredictionPreviewHandler preview =
        new PredictionPreviewHandler(predictions, parts.clock(), parts.repository());
    PredictionReportsHandler reports =
        new PredictionReportsHandler(predictions, audiences, parts.clock(), parts.repository());
    PredictiveAudiencesHandler suggested =
        new PredictiveAudiencesHandler(predictions, audiences, parts.clock(), parts.repository());
    return List.of(
        ControlRoutes.post(
                PREDICTIONS + "/preview",
                "Who would be scored, and what every data check says",
                preview::preview)
            .reading()
            .takes("PredictionDefinition")
            .answers("PredictionPreview"),
        ControlRoutes.get(
                TEMPLATES + "/predictions",
                "Each kind of prediction, filled in with what the space tracks",
                preview::kinds)
            .answers("PredictionTemplates"),
        ControlRoutes.get(PREDICTION + "/card", "The card of the model in force", reports::card)
            .answers("Card"),
        ControlRoutes.get(
                PREDICTION + "/contributions", "What the model looks at", reports::contributions)
            .answers("Contributions"),
        ControlRoutes.get(
                PREDICTION + "/explore", "Profiles by percentile of their score", reports::explore)
            .answers("Explored")
            .query("from_percentile", "to_percentile"),
        ControlRoutes.get(
                PREDICTION + "/monitoring", "What became of those scored", reports::monitoring)
            .answers("Monitoring"),
        ControlRoutes.get(
                PREDICTION + "/nutrition-label", "What it is made of", reports::nutritionLabel)
            .answers("NutritionLabel"),
        ControlRoutes.post(
                PREDICTION + "/audience",
                "Creates the audience of a range of percentiles",
                reports::createAudience)
            .takes("PercentileRange")
            .answers(201, "Audience"),
        ControlRoutes.get(
                TEMPLATES + "/predictive-audiences",
                "The five suggested audiences, and what a space lacks for them",
                suggested::list)
            .answers("PredictiveAudiences")
            .query("purchase_event", "page_event", "purchase_prediction", "ltv_prediction"),
        ControlRoutes.post(
                TEMPLATES + "/predictive-audiences", "Creates one of them", suggested::create)
            .takes("Suggestion")
            .answers(201, "Audience"));
  }
}
