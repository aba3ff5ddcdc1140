package dev.traitflow.ml.model;

import java.util.Arrays;

/**
 * The amounts of a table as they are fitted: capped, and in units of their mean.
 *
 * @param values one a row, 0 or more
 * @param offset the logarithm of the unit
 */
record ScaledAmounts(double[] values, double offset) {
  static ScaledAmounts of(TrainingTable table) {
    double[] amounts = table.cappedAmounts();
    double sum = Arrays.stream(amounts).sum();
    double unit = sum > 0 ? sum / amounts.length : 1;
    return new ScaledAmounts(
        Arrays.stream(amounts).map(amount -> amount / unit).toArray(), Math.log(unit));
  }
}
