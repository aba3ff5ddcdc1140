package dev.traitflow.ml.customerbase;

/** Sums of numbers that are too small to be held other than by their logarithms. */
final class LogSum {
  private LogSum() {}

  /** log(exp(one) + exp(other)). */
  static double of(double one, double other) {
    double high = Math.max(one, other);
    double low = Math.min(one, other);
    return low == Double.NEGATIVE_INFINITY ? high : high + Math.log1p(Math.exp(low - high));
  }
}
