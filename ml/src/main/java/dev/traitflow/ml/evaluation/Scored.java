package dev.traitflow.ml.evaluation;

/** Scores beside what happened: the sums and checks all metrics share. */
final class Scored {
  private Scored() {}

  static void check(double[] scores, double[] truths) {
    if (scores.length != truths.length || scores.length == 0) {
      throw new IllegalArgumentException(
          "rows: got "
              + scores.length
              + " scores and "
              + truths.length
              + " truths (expected as many of both, and at least one)");
    }
    for (double score : scores) {
      if (!Double.isFinite(score)) {
        throw new IllegalArgumentException("score: got " + score + " (expected a finite number)");
      }
    }
  }

  static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  static double mean(double[] values) {
    return sum(values) / values.length;
  }
}
