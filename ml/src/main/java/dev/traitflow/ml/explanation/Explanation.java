package dev.traitflow.ml.explanation;

import dev.traitflow.ml.scoring.Score;
import java.util.List;

/**
 * Why a profile has its score, on the scale on which pushes add up: log odds for a probability, the
 * logarithm of the expected spend for an amount.
 *
 * <p>Law: {@code base}, the pushes of all events and {@code correction} add up to {@code total},
 * within a millionth; {@code total} turned back is the score's probability or amount.
 *
 * @param score what the model says
 * @param isAmount true for spend
 * @param base the average score on the scale, where no column pushes
 * @param events pushes by event, the strongest first
 * @param correction what is done to the sum of the pushes as a whole and is no column's doing
 * @param correctionBy what {@code correction} is
 * @param total the score on the scale
 */
public record Explanation(
    Score score,
    boolean isAmount,
    double base,
    List<EventPush> events,
    double correction,
    Correction correctionBy,
    double total) {

  /** What moves a score as a whole. */
  public enum Correction {
    /** Nothing: a straight calibration is part of the base and of each push. */
    NONE("none"),
    /** The bent calibration curve: pushes are of the log odds before it. */
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
   * What one event, or one custom trait, did to the score.
   *
   * @param event its name; {@code *} for what is told of all events together; the key of a trait
   * @param isTrait true for a custom trait
   * @param push the sum of its features' pushes
   * @param features the pushes of its features, the strongest first
   */
  public record EventPush(String event, boolean isTrait, double push, List<FeaturePush> features) {
    public EventPush {
      features = List.copyOf(features);
    }

    /** What it is called for people. */
    public String name() {
      return isTrait ? "trait " + event : event.equals("*") ? "all events" : event;
    }
  }

  /**
   * What one feature did to the score.
   *
   * @param feature its name
   * @param push how far it moves the score from the base; above 0 is up
   * @param value what it is on the profile
   */
  public record FeaturePush(String feature, double push, FeatureValue value) {}

  public Explanation {
    events = List.copyOf(events);
  }

  /** The base with all that pushes: {@link #total}, if pushes are right. */
  public double sum() {
    double sum = base + correction;
    for (EventPush event : events) {
      sum += event.push();
    }
    return sum;
  }

  /** The probability or amount of a number on the scale. */
  public double onTheScoresScale(double number) {
    return isAmount ? Math.exp(number) : 1 / (1 + Math.exp(-number));
  }
}
