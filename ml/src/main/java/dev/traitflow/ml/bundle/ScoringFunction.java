package dev.traitflow.ml.bundle;

import dev.traitflow.ml.evaluation.PlattScaling;
import org.jspecify.annotations.Nullable;

/**
 * From a standardised row to a score: a chance, and for spend an amount as well.
 *
 * <p>Expected spend is the chance of spending anything times the amount if so. The amount model
 * works on logarithms, whose back-transform is far too low in total; the factor mends that.
 *
 * @param chance log odds of the outcome
 * @param calibration makes them honest
 * @param amount logarithm of the amount, given that something is spent; null unless for spend
 * @param amountFactor multiplies the amount so that totals are right
 * @param logAmountMax the logarithm of an amount is cut here, at the largest ones seen in training
 */
public record ScoringFunction(
    LinearWeights chance,
    PlattScaling calibration,
    @Nullable LinearWeights amount,
    double amountFactor,
    double logAmountMax) {

  /** What scores are ranked by: log odds before calibration, or the expected amount. */
  public double raw(double[] row) {
    double margin = chance.apply(row);
    if (amount == null) {
      return margin;
    }
    double spent = Math.exp(Math.min(logAmountMax, amount.apply(row)));
    return calibration.probability(margin) * spent * amountFactor;
  }

  /**
   * The calibrated probability, or the expected amount, of a raw score. Never falls as raw rises.
   */
  public double value(double raw) {
    return amount == null ? calibration.probability(raw) : raw;
  }
}
