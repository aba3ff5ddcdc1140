package dev.traitflow.ml.customerbase;

import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.analysis.MultivariateFunction;
import org.apache.commons.math3.exception.TooManyEvaluationsException;
import org.apache.commons.math3.optim.InitialGuess;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.SimpleValueChecker;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.nonlinear.scalar.ObjectiveFunction;
import org.apache.commons.math3.optim.nonlinear.scalar.noderiv.NelderMeadSimplex;
import org.apache.commons.math3.optim.nonlinear.scalar.noderiv.SimplexOptimizer;

/**
 * The downhill simplex method (Nelder and Mead 1965) within bounds: needs no derivatives and always
 * ends.
 *
 * <p>The optimizer knows no bounds. A point outside has the value of the nearest point inside, plus
 * its distance so that the simplex comes back: degenerate fits end at the border, where they
 * belong. The library's own adapters keep fits away from it.
 */
final class BoundedSimplex implements MultivariateFunction {
  private static final int EVALUATIONS_MAX = 1000;
  private static final double TOLERANCE = 1e-10;
  private static final double STEP = 0.5;

  private final ToDoubleFunction<double[]> function;
  private final double[] low;
  private final double[] high;

  /** The lowest value and its point: where evaluations run out, the optimizer returns none. */
  private double lowest = Double.POSITIVE_INFINITY;

  private double[] at;

  private BoundedSimplex(
      ToDoubleFunction<double[]> function, double[] start, double[] low, double[] high) {
    this.function = function;
    this.low = low;
    this.high = high;
    this.at = inside(start);
  }

  /** The lowest point found; a value that is not a number counts as the highest. */
  static double[] minimize(
      ToDoubleFunction<double[]> function, double[] start, double[] low, double[] high) {
    BoundedSimplex search = new BoundedSimplex(function, start, low, high);
    try {
      new SimplexOptimizer(new SimpleValueChecker(TOLERANCE, TOLERANCE))
          .optimize(
              new ObjectiveFunction(search),
              GoalType.MINIMIZE,
              new InitialGuess(start),
              new NelderMeadSimplex(start.length, STEP),
              new MaxEval(EVALUATIONS_MAX));
    } catch (TooManyEvaluationsException spent) {
      // The likelihood is nearly flat: the lowest point so far is as good as any near it.
      return search.at;
    }
    return search.at;
  }

  @Override
  public double value(double[] point) {
    double[] inside = inside(point);
    double distance = 0;
    for (int i = 0; i < point.length; i++) {
      distance += Math.abs(point[i] - inside[i]);
    }
    double value = function.applyAsDouble(inside) + distance;
    if (value < lowest) {
      lowest = value;
      at = inside;
    }
    return value;
  }

  private double[] inside(double[] point) {
    double[] inside = new double[point.length];
    for (int i = 0; i < point.length; i++) {
      inside[i] = Math.min(high[i], Math.max(low[i], point[i]));
    }
    return inside;
  }
}
