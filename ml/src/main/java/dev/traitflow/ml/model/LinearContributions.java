package dev.traitflow.ml.model;

/**
 * SHAP values of a weighted sum: each weight times how far its column is from the average. Of a
 * weighted sum these are the Shapley values too.
 */
final class LinearContributions implements Contributions {
  private final LinearWeights line;
  private final double[] averages;

  /**
   * Prepares for a line.
   *
   * @param averages the average of each column
   */
  LinearContributions(LinearWeights line, double[] averages) {
    this.line = line;
    this.averages = averages.clone();
  }

  @Override
  public double baseValue() {
    return line.apply(averages);
  }

  @Override
  public void add(double[] row, double share, double[] into) {
    double[] weights = line.weights();
    if (!line.single()) {
      for (int i = 0; i < weights.length; i++) {
        into[i] += share * weights[i] * (row[i] - averages[i]);
      }
      return;
    }
    // The sum is one of floats, rounded at every step: a contribution is what its step really
    // moved.
    float sum = (float) line.bias();
    float average = (float) line.bias();
    for (int i = 0; i < weights.length; i++) {
      float next = sum + (float) weights[i] * (float) row[i];
      float nextAverage = average + (float) weights[i] * (float) averages[i];
      into[i] += share * (((double) next - sum) - ((double) nextAverage - average));
      sum = next;
      average = nextAverage;
    }
  }
}
