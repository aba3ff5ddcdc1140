package dev.traitflow.server.control.predictions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.audience.AudienceDefinition;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.control.ObjectsHandler;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Request;
import dev.traitflow.server.log.SpaceClock;
import dev.traitflow.server.predictions.PredictionPreview;
import dev.traitflow.server.predictions.PredictiveAudience;
import dev.traitflow.server.predictions.PredictiveAudience.Mapping;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.read.ProfileView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The five suggested audiences over predictions: shown with their rules and with what a space still
 * lacks for them, and created from there. Events and predictions of other names can be mapped.
 */
public final class PredictiveAudiencesHandler {
  private final PredictionsHandler predictions;
  private final ObjectsHandler<AudienceDefinition> audiences;
  private final SpaceClock clock;
  private final ProfileRepository repository;

  public PredictiveAudiencesHandler(
      PredictionsHandler predictions,
      ObjectsHandler<AudienceDefinition> audiences,
      SpaceClock clock,
      ProfileRepository repository) {
    this.predictions = predictions;
    this.audiences = audiences;
    this.clock = clock;
    this.repository = repository;
  }

  /** Answers {@code GET /config/spaces/{space}/templates/predictive-audiences}. */
  public void list(Request request) {
    SpaceDefinition space = predictions.space(request);
    Mapping mapping =
        Mapping.of(space).with(parameter -> request.query().text(parameter).orElse(""));
    request.answer(200, list(space, mapping));
  }

  /** Answers {@code POST /config/spaces/{space}/templates/predictive-audiences}. */
  public void create(Request request) {
    request.answer(201, create(predictions.space(request), request.json()));
  }

  private ObjectNode list(SpaceDefinition space, Mapping mapping) {
    Set<String> tracked = tracked(space.id());
    Set<String> predicted = predicted(space);
    ObjectNode answer = Answers.object();
    mapping(answer.putObject("mapping"), mapping);
    ArrayNode data = answer.putArray("data");
    for (PredictiveAudience each : PredictiveAudience.ALL) {
      ObjectNode item = data.addObject();
      ObjectNode definition = each.definition(mapping);
      item.put("id", each.id()).put("name", each.name()).put("rule", each.rule());
      ArrayNode missing = Answers.object().putArray("missing");
      needs(item.putArray("events"), "event", each.events(mapping), tracked, missing);
      needs(
          item.putArray("predictions"),
          "prediction",
          each.predictions(mapping),
          predicted,
          missing);
      item.set("missing", missing);
      String unsupported = unsupported(definition);
      item.put("supported", unsupported.isEmpty());
      if (!unsupported.isEmpty()) {
        item.put("reason", unsupported);
      }
      item.put("ready", missing.isEmpty() && unsupported.isEmpty());
      item.put(
          "created",
          space.audiences().stream().anyMatch(audience -> audience.key().equals(each.id())));
      item.set("definition", definition);
    }
    return answer;
  }

  private ObjectNode create(SpaceDefinition space, ObjectNode body) {
    List<Problem> problems = new ArrayList<>();
    Fields fields = new Fields(body, "", problems);
    String id = fields.text("template");
    Fields mapped = fields.object("mapping");
    Mapping mapping =
        mapped == null
            ? Mapping.of(space)
            : Mapping.of(space).with(name -> mapped.optionalText(name).orElse(""));
    if (mapped != null) {
      mapped.end();
    }
    String key = fields.optionalText("key").orElse(id);
    String name = fields.optionalText("name").orElse("");
    fields.end();
    PredictiveAudience wanted = PredictiveAudience.find(id).orElse(null);
    if (wanted == null && !id.isEmpty()) {
      problems.add(
          new Problem(
              "/template", "got '" + id + "' (expected one of " + PredictiveAudience.ids() + ")"));
    }
    if (wanted == null || !problems.isEmpty()) {
      throw HttpProblem.invalid(problems);
    }
    Set<String> predicted = predicted(space);
    for (String each : wanted.predictions(mapping)) {
      if (!predicted.contains(each)) {
        throw HttpProblem.invalid(
            List.of(
                new Problem(
                    "/mapping",
                    "leads to the prediction '"
                        + each
                        + "', which the space has not (expected one of "
                        + predicted
                        + ")")));
      }
    }
    ObjectNode definition = wanted.definition(mapping).put("key", key);
    if (!name.isEmpty()) {
      definition.put("name", name);
    }
    String unsupported = unsupported(definition);
    if (!unsupported.isEmpty()) {
      throw HttpProblem.invalid(List.of(new Problem("/template", unsupported)));
    }
    return audiences.create(space.id(), definition, false);
  }

  private static void needs(
      ArrayNode into, String kind, List<String> names, Set<String> there, ArrayNode missing) {
    for (String name : names) {
      into.addObject().put("name", name).put("found", there.contains(name));
      if (!there.contains(name)) {
        missing.addObject().put("kind", kind).put("name", name);
      }
    }
  }

  /** Why audiences cannot have such conditions, in a sentence; empty if they can. */
  private static String unsupported(JsonNode definition) {
    List<Problem> problems = new ArrayList<>();
    AudienceDefinition.parse(new Fields(definition, "", problems));
    return problems.isEmpty() ? "" : problems.get(0).pointer() + " " + problems.get(0).message();
  }

  private static void mapping(ObjectNode into, Mapping mapping) {
    into.put("purchase_event", mapping.purchaseEvent());
    into.put("page_event", mapping.pageEvent());
    into.put("purchase_prediction", mapping.purchasePrediction());
    into.put("ltv_prediction", mapping.ltvPrediction());
  }

  private static Set<String> predicted(SpaceDefinition space) {
    Set<String> keys = new HashSet<>();
    space.predictions().forEach(each -> keys.add(each.key()));
    return keys;
  }

  private Set<String> tracked(String space) {
    OptionalLong asOf = repository.asOf(space);
    long now = asOf.isPresent() ? asOf.getAsLong() : clock.now();
    try (ProfileView view = repository.view()) {
      return PredictionPreview.events(view, space, now + 1).names().keySet();
    }
  }
}
