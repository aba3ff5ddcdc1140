package dev.traitflow.ml.bundle;

import dev.traitflow.ml.evaluation.Calibration;
import java.util.List;

/**
 * From a standardised row to a score: a chance, or an expected amount.
 *
 * <p>A score is a weighted sum of its members on the scale on which contributions add up: log odds,
 * or the logarithm of the expected amount.
 *
 * @param members what is summed; weights add up to 1
 * @param calibration makes log odds honest; not used for amounts
 * @param isAmount true for spend
 * @param amountFactor multiplies amounts so that totals are right
 * @param logAmountMax the logarithm of an amount is cut here, at the largest ones seen in training
 */
public record ScoringFunction(
    List<Member> members,
    Calibration calibration,
    boolean isAmount,
    double amountFactor,
    double logAmountMax) {

  public ScoringFunction {
    members = List.copyOf(members);
  }

  /** What scores are ranked by: the weighted sum, before any calibration. */
  public double raw(double[] row) {
    double sum = 0;
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      sum += member.weight() * member.predictor().apply(row);
    }
    return sum;
  }

  /**
   * The calibrated probability, or the expected amount, of a raw score. Never falls as raw rises.
   */
  public double value(double raw) {
    return isAmount
        ? Math.exp(Math.min(logAmountMax, raw)) * amountFactor
        : calibration.probability(raw);
  }
}
