package dev.traitflow.ml.explanation;

import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.ml.explanation.Explanation.EventContribution;
import dev.traitflow.ml.explanation.Explanation.FeatureContribution;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An explanation in sentences: the score, the base value, and the strongest contributions. */
final class ExplanationText {
  private static final int EVENTS_SHOWN = 3;
  private static final int FEATURES_SHOWN = 2;

  /** Contributions that change odds or amounts by less than half a percent get no sentence. */
  private static final double CONTRIBUTION_MIN = 0.005;

  private final Explanation why;
  private final PredictionDefinition definition;

  ExplanationText(Explanation why, PredictionDefinition definition) {
    this.why = why;
    this.definition = definition;
  }

  List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    sentences.add(
        String.format(
            Locale.ROOT,
            "%s is %s on average, which is the base value, and %s for this profile, more than for"
                + " %.0f %% of those who were scored when the model was trained.",
            what(),
            amount(why.onTheScoresScale(why.base())),
            amount(why.score().probabilityOrAmount()),
            100 * why.score().percentile()));
    if (!why.score().eligible()) {
      sentences.add("The profile is not eligible: the prediction is not asked about it.");
    }
    add(sentences, true);
    add(sentences, false);
    switch (why.correctionBy()) {
      case NONE -> {}
      case CALIBRATION ->
          sentences.add(
              String.format(
                  Locale.ROOT,
                  "The contributions are in log odds before calibration, which moves their sum by"
                      + " %+.2f.",
                  why.correction()));
      case CAP ->
          sentences.add(
              String.format(
                  Locale.ROOT,
                  "The amount is cut at the largest that were seen in training, by %+.2f on the"
                      + " logarithm.",
                  why.correction()));
    }
    return sentences;
  }

  private void add(List<String> sentences, boolean up) {
    int shown = 0;
    for (EventContribution event : why.events()) {
      boolean counts =
          Math.abs(event.contribution()) >= CONTRIBUTION_MIN && event.contribution() > 0 == up;
      if (counts && shown++ < EVENTS_SHOWN) {
        sentences.add(
            String.format(
                Locale.ROOT,
                "%s contributes %+.2f (%s by %.2f): %s.",
                capital(event.name()),
                event.contribution(),
                why.isAmount() ? "multiplies the amount" : "multiplies the odds",
                Math.exp(event.contribution()),
                features(event, up)));
      }
    }
  }

  /** The features whose contributions have the sign of their event's. */
  private static String features(EventContribution event, boolean up) {
    List<String> shown = new ArrayList<>();
    for (FeatureContribution feature : event.features()) {
      if (feature.contribution() > 0 == up && shown.size() < FEATURES_SHOWN) {
        shown.add(feature.value().words() + " " + feature.value().text());
      }
    }
    return String.join("; ", shown);
  }

  private String what() {
    String events = String.join(" or ", definition.events());
    String target = events.equals(PredictionDefinition.ANY_EVENT) ? "any event" : events;
    String window = " within " + definition.windowDays() + " days";
    String often = definition.minCount() > 1 ? " at least " + definition.minCount() + " times" : "";
    boolean silence = definition.kind() == PredictionDefinition.Kind.CHURN && !definition.perform();
    return why.isAmount()
        ? "Expected spend by " + target + window
        : "Probability of " + (silence ? "not doing " : "doing ") + target + often + window;
  }

  private String amount(double value) {
    return why.isAmount()
        ? String.format(Locale.ROOT, "%.2f %s", value, definition.currency())
        : String.format(Locale.ROOT, "%.1f %%", 100 * value);
  }

  private static String capital(String name) {
    return name.equals("all events") ? "All events together" : name;
  }
}
