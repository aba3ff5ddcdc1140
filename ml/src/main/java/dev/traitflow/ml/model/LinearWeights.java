package dev.traitflow.ml.model;

/**
 * The weights of a linear model by column position, so that scoring needs neither names nor
 * examples.
 *
 * @param weights one weight a column
 * @param bias what the sum begins with
 * @param offset added to the sum
 * @param single true if the sum is taken in floats, as XGBoost takes it: over a hundred columns
 *     that makes a difference of more than a millionth
 */
public record LinearWeights(double[] weights, double bias, double offset, boolean single)
    implements Predictor {
  /** Weights that are summed as they are. */
  public LinearWeights(double[] weights, double bias) {
    this(weights, bias, 0, false);
  }

  /** The weighted sum of a standardised row. */
  @Override
  public double apply(double[] row) {
    if (single) {
      float sum = (float) bias;
      for (int i = 0; i < weights.length; i++) {
        sum += (float) weights[i] * (float) row[i];
      }
      return sum + offset;
    }
    double sum = bias;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * row[i];
    }
    return sum + offset;
  }
}
