package dev.traitflow.ml.customerbase;

import org.apache.commons.math3.special.Beta;
import org.apache.commons.math3.special.Gamma;

/**
 * The MBG/NBD model (Batislam, Denizel and Filiztekin 2007): purchases are Poisson while a customer
 * is there, and after every purchase, the first too, a customer may be gone for good; rates differ
 * by a gamma, chances of leaving by a beta distribution.
 *
 * @param r shape of purchase rates
 * @param alpha scale of purchase rates, days
 * @param a first parameter of the chance of leaving
 * @param b second parameter of the chance of leaving
 */
record MbgNbd(double r, double alpha, double a, double b) implements PurchaseModel {
  private static final int STEPS = 24;

  @Override
  public double logLikelihood(double x, double last, double age) {
    double constant =
        Gamma.logGamma(r + x) - Gamma.logGamma(r) + r * Math.log(alpha) - Beta.logBeta(a, b);
    double stays = Beta.logBeta(a, b + x + 1) - (r + x) * Math.log(alpha + age);
    double left = Beta.logBeta(a + 1, b + x) - (r + x) * Math.log(alpha + last);
    return constant + LogSum.of(stays, left);
  }

  @Override
  public double alive(double x, double last, double age) {
    double odds = (r + x) * Math.log((alpha + age) / (alpha + last));
    return 1 / (1 + a / (b + x) * Math.exp(odds));
  }

  /**
   * The chance of being alive times the expectation then. While alive, purchases come at the rate
   * of lambda exp(-lambda p y); its mean over lambda is closed, the one over p and the integral
   * over y are one hypergeometric function, taken here by its series.
   */
  @Override
  public double expected(double x, double last, double age, double horizon) {
    double shape = Math.abs(a - 1) < 1e-6 ? a + 2e-6 : a;
    double z = horizon / (alpha + age + horizon);
    double power = (r + x) * Math.log((alpha + age) / (alpha + age + horizon));
    double series = hypergeometric(r + x, b + x + 1, shape + b + x, z);
    double given = (shape + b + x) / (shape - 1) * (1 - Math.exp(power) * series);
    return alive(x, last, age) * Math.max(0, given);
  }

  @Override
  public double[] parameters() {
    return new double[] {r, alpha, a, b};
  }

  /** Gauss's series for 0 <= z < 1; all terms are positive. */
  private static double hypergeometric(double a, double b, double c, double z) {
    double term = 1;
    double sum = 1;
    for (int n = 0; n < STEPS * 200; n++) {
      term *= (a + n) / (c + n) * (b + n) / (n + 1) * z;
      sum += term;
      if (term < sum * 1e-14) {
        break;
      }
    }
    return sum;
  }
}
