package dev.traitflow.ml.explanation;

import dev.traitflow.ml.model.LinearWeights;

/**
 * The pushes of a weighted sum: each weight times how far its column is from the average. Of a
 * weighted sum these are the Shapley values too.
 */
final class LinePushes {
  private final LinearWeights line;
  private final double[] averages;

  /**
   * Prepares for a line.
   *
   * @param averages the average of each column
   */
  LinePushes(LinearWeights line, double[] averages) {
    this.line = line;
    this.averages = averages.clone();
  }

  /** What the line says of the average row. */
  double average() {
    return line.apply(averages);
  }

  /** Adds {@code share} of each column's push to {@code pushes}. */
  void add(double[] row, double share, double[] pushes) {
    double[] weights = line.weights();
    if (!line.single()) {
      for (int i = 0; i < weights.length; i++) {
        pushes[i] += share * weights[i] * (row[i] - averages[i]);
      }
      return;
    }
    // The sum is one of floats, rounded at every step: a push is what its step really moved.
    float sum = (float) line.bias();
    float average = (float) line.bias();
    for (int i = 0; i < weights.length; i++) {
      float next = sum + (float) weights[i] * (float) row[i];
      float nextAverage = average + (float) weights[i] * (float) averages[i];
      pushes[i] += share * (((double) next - sum) - ((double) nextAverage - average));
      sum = next;
      average = nextAverage;
    }
  }
}
