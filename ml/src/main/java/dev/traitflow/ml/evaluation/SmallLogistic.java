package dev.traitflow.ml.evaluation;

/**
 * A logistic regression on a handful of columns, fitted by Newton's method: the simple opponent
 * that every model is shown beside. A little ridge keeps it finite where the outcomes separate.
 */
public final class SmallLogistic {
  private static final double RIDGE = 1e-3;
  private static final int STEPS = 50;

  private final double[] weights;

  private SmallLogistic(double[] weights) {
    this.weights = weights;
  }

  /** Fits on rows of equal length and their outcomes, 0 or 1. */
  public static SmallLogistic fit(double[][] rows, double[] truths) {
    int size = rows.length == 0 ? 1 : rows[0].length + 1;
    double[] weights = new double[size];
    for (int step = 0; step < STEPS; step++) {
      double[][] hessian = new double[size][size + 1];
      for (int i = 0; i < size; i++) {
        hessian[i][i] = i == 0 ? 1e-9 : RIDGE;
        hessian[i][size] = i == 0 ? 0 : -RIDGE * weights[i];
      }
      for (int r = 0; r < rows.length; r++) {
        double p = PlattScaling.sigmoid(margin(weights, rows[r]));
        double w = p * (1 - p);
        for (int i = 0; i < size; i++) {
          double xi = i == 0 ? 1 : rows[r][i - 1];
          hessian[i][size] += (truths[r] - p) * xi;
          for (int j = 0; j < size; j++) {
            hessian[i][j] += w * xi * (j == 0 ? 1 : rows[r][j - 1]);
          }
        }
      }
      double[] delta = solve(hessian);
      double moved = 0;
      for (int i = 0; i < size; i++) {
        weights[i] += delta[i];
        moved += Math.abs(delta[i]);
      }
      if (moved < 1e-9) {
        break;
      }
    }
    return new SmallLogistic(weights);
  }

  /** The probability of a row. */
  public double probability(double[] row) {
    return PlattScaling.sigmoid(margin(weights, row));
  }

  private static double margin(double[] weights, double[] row) {
    double sum = weights[0];
    for (int i = 0; i < row.length; i++) {
      sum += weights[i + 1] * row[i];
    }
    return sum;
  }

  /** Gaussian elimination with pivots on a square matrix with the right side as last column. */
  private static double[] solve(double[][] matrix) {
    int size = matrix.length;
    for (int column = 0; column < size; column++) {
      int pivot = column;
      for (int row = column + 1; row < size; row++) {
        pivot = Math.abs(matrix[row][column]) > Math.abs(matrix[pivot][column]) ? row : pivot;
      }
      double[] swapped = matrix[column];
      matrix[column] = matrix[pivot];
      matrix[pivot] = swapped;
      for (int row = 0; row < size; row++) {
        if (row != column && matrix[column][column] != 0) {
          double factor = matrix[row][column] / matrix[column][column];
          for (int k = column; k <= size; k++) {
            matrix[row][k] -= factor * matrix[column][k];
          }
        }
      }
    }
    double[] solution = new double[size];
    for (int i = 0; i < size; i++) {
      solution[i] = matrix[i][i] == 0 ? 0 : matrix[i][size] / matrix[i][i];
    }
    return solution;
  }
}
