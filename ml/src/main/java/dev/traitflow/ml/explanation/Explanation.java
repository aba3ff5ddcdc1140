package dev.traitflow.ml.explanation;

import dev.traitflow.ml.scoring.Score;
import java.util.List;

/**
 * Why a profile has its score, on the scale on which contributions add up: log odds for a
 * probability, the logarithm of the expected spend for an amount.
 *
 * <p>Law: {@code base}, the contributions of all events and {@code correction} add up to {@code
 * total}, within a millionth; {@code total} turned back is the score's probability or amount.
 *
 * @param score what the model says
 * @param isAmount true for spend
 * @param base the base value: the average score on the scale, from which contributions are measured
 * @param events contributions by event, the strongest first
 * @param correction what is done to the sum of the contributions as a whole and comes from no
 *     column
 * @param correctionBy what {@code correction} is
 * @param total the score on the scale
 */
public record Explanation(
    Score score,
    boolean isAmount,
    double base,
    List<EventContribution> events,
    double correction,
    Correction correctionBy,
    double total) {

  /** What moves a score as a whole. */
  public enum Correction {
    /** Nothing: a straight calibration is part of the base value and of each contribution. */
    NONE("none"),
    /** The bent calibration curve: contributions are of the log odds before it. */
    CALIBRATION("calibration_curve"),
    /** The cut at the largest amounts that were seen in training. */
    CAP("cap");

    private final String word;

    Correction(String word) {
      this.word = word;
    }

    /** The word in answers. */
    public String word() {
      return word;
    }
  }

  /**
   * What one event, or one custom trait, contributes to the score.
   *
   * @param event its name; {@code *} for the features over all events together; the key of a trait
   * @param isTrait true for a custom trait
   * @param contribution the sum of its features' contributions (SHAP values)
   * @param features the contributions of its features, the strongest first
   */
  public record EventContribution(
      String event, boolean isTrait, double contribution, List<FeatureContribution> features) {
    public EventContribution {
      features = List.copyOf(features);
    }

    /** What it is called for people. */
    public String name() {
      return isTrait ? "trait " + event : event.equals("*") ? "all events" : event;
    }
  }

  /**
   * What one feature contributes to the score.
   *
   * @param feature its name
   * @param contribution its SHAP value: how far it moves the score from the base value; above 0 is
   *     up
   * @param value what it is on the profile
   */
  public record FeatureContribution(String feature, double contribution, FeatureValue value) {}

  public Explanation {
    events = List.copyOf(events);
  }

  /** The base value with all contributions: {@link #total}, if they are right. */
  public double sum() {
    double sum = base + correction;
    for (EventContribution event : events) {
      sum += event.contribution();
    }
    return sum;
  }

  /** The probability or amount of a number on the scale. */
  public double onTheScoresScale(double number) {
    return isAmount ? Math.exp(number) : 1 / (1 + Math.exp(-number));
  }
}
