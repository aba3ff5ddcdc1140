package dev.traitflow.ml.explanation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.ml.bundle.ModelBundle;
import dev.traitflow.ml.explanation.Explanation.Correction;
import dev.traitflow.ml.explanation.Explanation.EventContribution;
import dev.traitflow.ml.explanation.Explanation.FeatureContribution;
import java.util.List;

/**
 * How an explanation is written. Numbers are not rounded, so that a reader can add them up. A
 * contribution is named {@code push} in answers: clients read the word, and it stays.
 */
public final class ExplanationJson {
  private ExplanationJson() {}

  /**
   * The explanation with its sentences.
   *
   * @param bundle the version that was explained
   */
  public static ObjectNode of(Explanation why, ModelBundle bundle) {
    PredictionDefinition definition = bundle.definition();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("prediction", definition.key()).put("kind", definition.kind().word());
    json.put("model_version", bundle.version());
    json.put("eligible", why.score().eligible());
    ObjectNode score = json.putObject("score").put("percentile", why.score().percentile());
    String unit = why.isAmount() ? "amount" : "probability";
    score.put(unit, why.score().probabilityOrAmount());
    if (why.isAmount()) {
      score.put("currency", definition.currency());
    }
    json.put("scale", why.isAmount() ? "log_amount" : "log_odds");
    json.putObject("base").put("value", why.base()).put(unit, why.onTheScoresScale(why.base()));
    ArrayNode events = json.putArray("events");
    why.events().forEach(event -> events.add(event(event)));
    if (why.correctionBy() != Correction.NONE) {
      json.putObject("correction")
          .put("by", why.correctionBy().word())
          .put("value", why.correction());
    }
    json.putObject("sum")
        .put("base", why.base())
        .put("pushes", why.sum() - why.base() - why.correction())
        .put("correction", why.correction())
        .put("total", why.total())
        .put("difference", why.sum() - why.total());
    ArrayNode text = json.putArray("text");
    sentences(why, definition).forEach(text::add);
    return json;
  }

  private static List<String> sentences(Explanation why, PredictionDefinition definition) {
    return new ExplanationText(why, definition).sentences();
  }

  private static ObjectNode event(EventContribution from) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put(from.isTrait() ? "trait" : "event", from.event()).put("name", from.name());
    event.put("push", from.contribution()).put("factor", Math.exp(from.contribution()));
    ArrayNode features = event.putArray("features");
    for (FeatureContribution each : from.features()) {
      ObjectNode feature = features.addObject();
      feature.put("feature", each.feature()).put("words", each.value().words());
      if (Double.isFinite(each.value().number())) {
        feature.put("value", each.value().number());
      } else {
        feature.putNull("value");
      }
      feature.put("text", each.value().text()).put("push", each.contribution());
    }
    return event;
  }
}
