package dev.traitflow.ml.model;

/**
 * What each column contributes to a predictor's number: the SHAP values of its columns (Lundberg
 * and Lee, A Unified Approach to Interpreting Model Predictions, 2017), computed exactly and not
 * sampled.
 *
 * <p>Law: {@link #baseValue} plus the contributions of all columns of a row is {@link
 * Predictor#apply} of that row, to the rounding of doubles. Thread-safe.
 */
public interface Contributions {
  /** What the predictor says on average over the training rows. */
  double baseValue();

  /**
   * Adds {@code share} times each column's contribution.
   *
   * @param row a standardised row
   * @param share the predictor's weight in the score
   * @param into one number a column, added to
   */
  void add(double[] row, double share, double[] into);
}
