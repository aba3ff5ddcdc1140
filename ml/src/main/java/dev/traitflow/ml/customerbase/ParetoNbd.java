package dev.traitflow.ml.customerbase;

import org.apache.commons.math3.special.Gamma;

/**
 * The Pareto/NBD model (Schmittlein, Morrison and Colombo 1987): purchases are Poisson while a
 * customer is there, lifetimes are exponential, and both rates differ between customers by gamma
 * distributions.
 *
 * <p>The integral over the unseen time of departure, usually written with Gauss's hypergeometric
 * function, is taken by Gauss-Legendre quadrature on a log scale, where the integrand is tame for
 * all parameters; the series of the function is not.
 *
 * @param r shape of purchase rates
 * @param alpha scale of purchase rates, days
 * @param s shape of departure rates
 * @param beta scale of departure rates, days
 */
record ParetoNbd(double r, double alpha, double s, double beta) implements PurchaseModel {
  private static final double[] NODES = {
    0.1834346424956498, 0.5255324099163290, 0.7966664774136267, 0.9602898564975363
  };
  private static final double[] WEIGHTS = {
    0.3626837833783620, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763
  };
  private static final double PANEL = 3;
  private static final int PANELS_MAX = 16;

  @Override
  public double logLikelihood(double x, double last, double age) {
    double constant =
        Gamma.logGamma(r + x) - Gamma.logGamma(r) + r * Math.log(alpha) + s * Math.log(beta);
    return constant + LogSum.of(logStays(x, age), logLeft(x, last, age));
  }

  @Override
  public double alive(double x, double last, double age) {
    return 1 / (1 + Math.exp(logLeft(x, last, age) - logStays(x, age)));
  }

  @Override
  public double expected(double x, double last, double age, double horizon) {
    double left = Math.log((beta + age) / (beta + age + horizon));
    // (1 - exp((s-1) left)) / (s-1), which is -left where s is 1.
    double lifetime = Math.abs(s - 1) < 1e-9 ? -left : -Math.expm1((s - 1) * left) / (s - 1);
    return alive(x, last, age) * (r + x) * (beta + age) / (alpha + age) * lifetime;
  }

  @Override
  public double[] parameters() {
    return new double[] {r, alpha, s, beta};
  }

  private double logStays(double x, double age) {
    return -(r + x) * Math.log(alpha + age) - s * Math.log(beta + age);
  }

  /** log of s times the integral over y in (last, age) of (alpha+y)^-(r+x) (beta+y)^-(s+1). */
  private double logLeft(double x, double last, double age) {
    if (age <= last) {
      return Double.NEGATIVE_INFINITY;
    }
    double near = Math.min(alpha, beta);
    double from = Math.log(near + last);
    double reach = Math.log(near + age) - from;
    double steep = (r + x + s + 1) * reach;
    int panels = (int) Math.min(PANELS_MAX, Math.ceil(steep / PANEL));
    // Beyond some forty powers of e below its top nothing is left of the integrand.
    double width = Math.min(reach, PANELS_MAX * PANEL / (r + x + s)) / panels;
    double top = logDensity(x, from, near);
    double sum = 0;
    for (int panel = 0; panel < panels; panel++) {
      double middle = from + (panel + 0.5) * width;
      for (int i = 0; i < NODES.length; i++) {
        double step = NODES[i] * width / 2;
        sum +=
            WEIGHTS[i]
                * (Math.exp(logDensity(x, middle - step, near) - top)
                    + Math.exp(logDensity(x, middle + step, near) - top));
      }
    }
    return Math.log(s) + top + Math.log(sum * width / 2);
  }

  /** The integrand at y = exp(u) - near, with the step dy = exp(u) du. */
  private double logDensity(double x, double u, double near) {
    double y = Math.exp(u) - near;
    return u - (r + x) * Math.log(alpha + y) - (s + 1) * Math.log(beta + y);
  }
}
