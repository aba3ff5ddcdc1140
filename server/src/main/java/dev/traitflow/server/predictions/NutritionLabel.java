package dev.traitflow.server.predictions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.prediction.ModelState;
import dev.traitflow.core.prediction.PredictionDefinition;
import java.util.Optional;

/**
 * What people ask of a model before they let it near their customers' data, in the order of the
 * vendor's label for AI features. Each answer is a fact of this system, with the sentence that says
 * where it comes from.
 */
public final class NutritionLabel {
  private NutritionLabel() {}

  /** The label of a prediction; the model's family is that of the one in force. */
  public static ObjectNode of(PredictionDefinition definition, Optional<ModelState> state) {
    ObjectNode label = JsonNodeFactory.instance.objectNode();
    label.put("prediction", definition.key()).put("name", definition.name());
    label.put("purpose", purpose(definition));
    label.put("optional_feature", true);
    family(label, state.map(ModelState::card).orElse(JsonNodeFactory.instance.objectNode()));
    label.put("model_per_customer", true);
    label.put("shared_with_other_customers", false);
    label.put("shared_with_third_parties", false);
    label.put("anonymized_for_training", false);
    label.put("deletion_supported", true);
    label.put("retention_days", definition.retrainDays());
    label.put("logging", true);
    ArrayNode facts = label.putArray("facts");
    fact(
        facts,
        "Optional feature",
        "yes",
        "Nothing is trained unless somebody defines a prediction.");
    fact(
        facts,
        "Model family",
        label.path("model_family").asText(),
        "Trained here with Tribuo; no language model.");
    fact(
        facts,
        "Model per customer",
        "yes",
        "A model learns from one space alone and scores that space alone.");
    fact(
        facts,
        "Shared",
        "no",
        "Data and models stay in the instance's data directory; nothing is sent to anybody.");
    fact(
        facts,
        "Anonymised for training",
        "no",
        "Rows to learn from carry profile ids, and are deleted when the training ends.");
    fact(
        facts,
        "Deletion",
        "supported",
        "A deleted profile's scores go at once; it is no part of the next model.");
    fact(
        facts,
        "Retention",
        definition.retrainDays() + " days",
        "A model is built anew that often, from the histories that are there then.");
    fact(
        facts,
        "Logging",
        "yes",
        "Trainings, refusals, versions and every score are in the logs of the instance.");
    return label;
  }

  private static void family(ObjectNode label, JsonNode card) {
    ArrayNode members = label.putArray("members");
    StringBuilder family = new StringBuilder();
    for (JsonNode member : card.path("members")) {
      members.addObject().set("kind", member.path("kind"));
      family.append(family.isEmpty() ? "" : ", ").append(member.path("kind").asText());
    }
    label.put("model_family", family.isEmpty() ? "none yet" : family.toString());
    label.set("version", card.path("version"));
    if (card.path("version").isMissingNode()) {
      label.putNull("version");
    }
  }

  private static String purpose(PredictionDefinition definition) {
    String events = String.join(" or ", definition.events());
    String days = " within " + definition.windowDays() + " days";
    return switch (definition.kind()) {
      case LTV -> "The sum of " + definition.amount() + " of '" + events + "'" + days + ".";
      case CHURN ->
          "Whether a user will "
              + (definition.perform() ? "" : "not ")
              + "do '"
              + events
              + "'"
              + days
              + ".";
      case PURCHASE, CUSTOM -> "Whether a user will do '" + events + "'" + days + ".";
    };
  }

  private static void fact(ArrayNode facts, String question, String answer, String why) {
    facts.addObject().put("question", question).put("answer", answer).put("why", why);
  }
}
