package dev.traitflow.ml.customerbase;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.ToDoubleFunction;

/**
 * The downhill simplex method (Nelder and Mead 1965) within bounds: needs no derivatives and always
 * ends. Points outside are moved to the border, where degenerate fits belong.
 */
final class NelderMead {
  private static final int EVALUATIONS_MAX = 600;
  private static final double TOLERANCE = 1e-9;
  private static final double STEP = 0.5;

  private NelderMead() {}

  private record Point(double[] at, double value) {}

  /** The lowest point found; a value that is not a number counts as very high. */
  static double[] minimise(
      ToDoubleFunction<double[]> function, double[] start, double[] low, double[] high) {
    ToDoubleFunction<double[]> safe =
        at -> {
          double value = function.applyAsDouble(at);
          return Double.isNaN(value) ? Double.MAX_VALUE : value;
        };
    int n = start.length;
    Point[] simplex = new Point[n + 1];
    for (int i = 0; i <= n; i++) {
      double[] at = start.clone();
      if (i > 0) {
        at[i - 1] += STEP;
      }
      simplex[i] = point(safe, at, low, high);
    }
    int evaluations = n + 1;
    while (evaluations < EVALUATIONS_MAX) {
      Arrays.sort(simplex, Comparator.comparingDouble(Point::value));
      double spread = simplex[n].value - simplex[0].value;
      if (spread <= TOLERANCE * (Math.abs(simplex[0].value) + TOLERANCE)) {
        break;
      }
      double[] centre = centre(simplex);
      Point reflected = point(safe, along(centre, simplex[n].at, -1), low, high);
      evaluations++;
      if (reflected.value < simplex[0].value) {
        Point expanded = point(safe, along(centre, simplex[n].at, -2), low, high);
        evaluations++;
        simplex[n] = expanded.value < reflected.value ? expanded : reflected;
      } else if (reflected.value < simplex[n - 1].value) {
        simplex[n] = reflected;
      } else {
        Point better = reflected.value < simplex[n].value ? reflected : simplex[n];
        Point contracted = point(safe, along(centre, better.at, 0.5), low, high);
        evaluations++;
        if (contracted.value < better.value) {
          simplex[n] = contracted;
        } else {
          for (int i = 1; i <= n; i++) {
            simplex[i] = point(safe, along(simplex[0].at, simplex[i].at, 0.5), low, high);
          }
          evaluations += n;
        }
      }
    }
    Arrays.sort(simplex, Comparator.comparingDouble(Point::value));
    return simplex[0].at;
  }

  private static Point point(
      ToDoubleFunction<double[]> function, double[] at, double[] low, double[] high) {
    for (int i = 0; i < at.length; i++) {
      at[i] = Math.min(high[i], Math.max(low[i], at[i]));
    }
    return new Point(at, function.applyAsDouble(at));
  }

  private static double[] centre(Point[] simplex) {
    int n = simplex.length - 1;
    double[] centre = new double[n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        centre[j] += simplex[i].at[j] / n;
      }
    }
    return centre;
  }

  private static double[] along(double[] from, double[] to, double share) {
    double[] at = new double[from.length];
    for (int i = 0; i < at.length; i++) {
      at[i] = from[i] + share * (to[i] - from[i]);
    }
    return at;
  }
}
