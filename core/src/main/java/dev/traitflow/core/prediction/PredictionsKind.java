package dev.traitflow.core.prediction;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.condition.ConditionSpecs;
import dev.traitflow.core.definition.Kind;
import dev.traitflow.core.definition.Reference;
import dev.traitflow.core.definition.Spec;
import dev.traitflow.core.definition.Type;
import dev.traitflow.core.definition.Unique;
import dev.traitflow.core.trait.TraitDefinition;
import java.util.List;
import java.util.Set;

/** The predictions of a space. */
public final class PredictionsKind extends Kind<PredictionDefinition> {
  private static final Set<String> DESCRIPTIVE = Set.of("key", "name", "description");

  private static final Spec SPEC =
      Spec.of(
          "prediction",
          "A prediction: which future event, or how much future spend, is asked for.",
          Spec.member("key", Type.matching("[A-Za-z0-9_-]{1,128}"), "Its key on the profile.")
              .required(),
          Spec.member("name", Type.text(), "Shown to people. Default: the key."),
          Spec.member("description", Type.text(), "What it is for."),
          Spec.member(
                  "kind", Type.oneOf("churn", "purchase", "ltv", "custom"), "What is asked for.")
              .required(),
          Spec.member("event", Type.text(), "The target event; * for any. Instead of events."),
          Spec.member(
              "events", new Type.Items(Type.text(), 0, 2), "The target events. Instead of event."),
          Spec.member("perform", Type.truth(), "churn only. true: asks for doing the event.")
              .byDefault(false),
          Spec.member(
                  "min_count",
                  new Type.Whole(1, 1000000),
                  "How often the event must happen to count as done.")
              .byDefault(1),
          Spec.member(
              "conditions",
              Type.object(() -> ConditionSpecs.GROUP),
              "Conditions of which all or any must hold."),
          Spec.member("amount", Type.text(), "ltv only: the property with the amount.")
              .byDefault("revenue"),
          Spec.member("currency", Type.matching("[A-Za-z]{3}"), "ltv only: the currency counted.")
              .byDefault("USD"),
          Spec.member(
              "window_days",
              new Type.Choice(List.of(15, 30, 60, 90, 120)),
              "How far ahead is looked. Default: 120 for ltv, else 30."),
          Spec.member(
              "cohort",
              new Type.OrNull(Type.text()),
              "Key of an audience of the space whose members alone are scored."),
          Spec.member(
              "exclude_events", Type.listOf(Type.text()), "Events that must not influence scores."),
          Spec.member(
              "exclude_traits", Type.listOf(Type.text()), "Traits that must not influence scores."),
          Spec.member(
                  "refresh_days", new Type.Whole(1, 30), "Days between two scorings of everybody.")
              .byDefault(7),
          Spec.member(
                  "rescore_minutes",
                  new Type.Whole(1, 1440),
                  "Minutes that lie at least between two scorings of one profile because of its events.")
              .byDefault(15),
          Spec.member("retrain_days", new Type.Whole(1, 365), "Days between two trainings.")
              .byDefault(30),
          Spec.member(
                  "refuse_poor",
                  Type.truth(),
                  "true: a model that does not predict is refused instead of flagged.")
              .byDefault(false));

  public PredictionsKind() {
    super("predictions", "prediction", "Predictions.", SPEC, PredictionDefinition::parse);
  }

  @Override
  public String key(JsonNode object) {
    return TraitDefinition.keyOf(object);
  }

  @Override
  public List<Unique> unique(PredictionDefinition prediction) {
    return List.of(new Unique(Unique.COMPUTATION, "key", prediction.key()));
  }

  @Override
  public List<Reference> references(PredictionDefinition prediction) {
    return prediction.cohort().isEmpty()
        ? List.of()
        : List.of(Reference.toAudience(prediction.cohort(), "cohort"));
  }

  @Override
  public boolean decides(String member) {
    return !DESCRIPTIVE.contains(member);
  }

  @Override
  public int vendorMax() {
    return 10;
  }

  @Override
  public String loss(boolean isDeleted, String profiles, int version) {
    return isDeleted
        ? "its model, and the scores of " + profiles
        : "its model and the scores of " + profiles + " answer the question before";
  }
}
