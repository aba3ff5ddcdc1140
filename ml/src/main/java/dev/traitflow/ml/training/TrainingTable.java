package dev.traitflow.ml.training;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Rows to learn from, as plain numbers.
 *
 * @param rows in the order they came
 */
record TrainingTable(List<Row> rows) {
  /**
   * One profile at one cutoff.
   *
   * @param features mapped features
   * @param simple what the baselines look at
   * @param label what happened
   * @param cutoff epoch milliseconds
   * @param fold 0 to 1, the same for all rows of a profile
   */
  record Row(double[] features, double[] simple, double label, long cutoff, double fold) {}

  TrainingTable {
    rows = List.copyOf(rows);
  }

  TrainingTable where(Predicate<Row> wanted) {
    List<Row> kept = new ArrayList<>();
    for (Row row : rows) {
      if (wanted.test(row)) {
        kept.add(row);
      }
    }
    return new TrainingTable(kept);
  }

  int size() {
    return rows.size();
  }

  double[][] features() {
    return rows.stream().map(Row::features).toArray(double[][]::new);
  }

  double[][] simple() {
    return rows.stream().map(Row::simple).toArray(double[][]::new);
  }

  double[] labels() {
    return rows.stream().mapToDouble(Row::label).toArray();
  }

  /** 1 where the label is above 0. */
  double[] outcomes() {
    return rows.stream().mapToDouble(row -> row.label > 0 ? 1 : 0).toArray();
  }

  /** True if there is a row with the outcome and one without. */
  boolean hasBothOutcomes() {
    return rows.stream().anyMatch(row -> row.label > 0)
        && rows.stream().anyMatch(row -> row.label <= 0);
  }
}
