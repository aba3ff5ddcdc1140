package dev.traitflow.ml.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Rows to learn from, as plain numbers.
 *
 * @param rows in the order they came
 */
public record TrainingTable(List<Row> rows) {
  private static final double CAP_QUANTILE = 0.999;

  /**
   * One profile at one cutoff.
   *
   * @param features mapped features
   * @param simple what the baselines look at
   * @param label what happened
   * @param cutoff epoch milliseconds
   * @param fold 0 to 1, the same for all rows of a profile
   */
  public record Row(double[] features, double[] simple, double label, long cutoff, double fold) {}

  public TrainingTable {
    rows = List.copyOf(rows);
  }

  /** The rows that are wanted, in order. */
  public TrainingTable where(Predicate<Row> wanted) {
    List<Row> kept = new ArrayList<>();
    for (Row row : rows) {
      if (wanted.test(row)) {
        kept.add(row);
      }
    }
    return new TrainingTable(kept);
  }

  /** How many rows there are. */
  public int size() {
    return rows.size();
  }

  /** The mapped features of each row. */
  public double[][] features() {
    return rows.stream().map(Row::features).toArray(double[][]::new);
  }

  /** What the baselines look at, of each row. */
  public double[][] simple() {
    return rows.stream().map(Row::simple).toArray(double[][]::new);
  }

  /** What happened, of each row. */
  public double[] labels() {
    return rows.stream().mapToDouble(Row::label).toArray();
  }

  /** 1 where the label is above 0. */
  public double[] outcomes() {
    return rows.stream().mapToDouble(row -> row.label > 0 ? 1 : 0).toArray();
  }

  /**
   * The label that only one row in a thousand exceeds: some outliers would decide everything. There
   * must be a row.
   */
  public double labelCap() {
    double[] sorted = labels();
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil((sorted.length - 1) * CAP_QUANTILE)];
  }

  /** Labels as amounts: none below 0 or above {@link #labelCap}. */
  public double[] cappedAmounts() {
    double max = labelCap();
    return Arrays.stream(labels()).map(label -> Math.max(0, Math.min(max, label))).toArray();
  }

  /** True if there is a row with the outcome and one without. */
  public boolean hasBothOutcomes() {
    return rows.stream().anyMatch(row -> row.label > 0)
        && rows.stream().anyMatch(row -> row.label <= 0);
  }
}
