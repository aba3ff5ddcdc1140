package dev.traitflow.ml.evaluation;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.DecompositionSolver;
import org.apache.commons.math3.linear.LUDecomposition;

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
      double[] delta = newtonStep(rows, truths, weights);
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

  private static double[] newtonStep(double[][] rows, double[] truths, double[] weights) {
    int size = weights.length;
    double[][] hessian = new double[size][size];
    double[] gradient = new double[size];
    for (int i = 0; i < size; i++) {
      hessian[i][i] = i == 0 ? 1e-9 : RIDGE;
      gradient[i] = i == 0 ? 0 : -RIDGE * weights[i];
    }
    for (int r = 0; r < rows.length; r++) {
      double p = PlattScaling.sigmoid(margin(weights, rows[r]));
      double w = p * (1 - p);
      for (int i = 0; i < size; i++) {
        double xi = i == 0 ? 1 : rows[r][i - 1];
        gradient[i] += (truths[r] - p) * xi;
        for (int j = 0; j < size; j++) {
          hessian[i][j] += w * xi * (j == 0 ? 1 : rows[r][j - 1]);
        }
      }
    }
    return solve(hessian, gradient);
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

  /** Where the ridge is lost in rounding and the matrix is singular, the weights stay. */
  private static double[] solve(double[][] hessian, double[] gradient) {
    DecompositionSolver solver =
        new LUDecomposition(new Array2DRowRealMatrix(hessian, false), Double.MIN_NORMAL)
            .getSolver();
    return solver.isNonSingular()
        ? solver.solve(new ArrayRealVector(gradient, false)).toArray()
        : new double[gradient.length];
  }
}
