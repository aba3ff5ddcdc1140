package dev.traitflow.ml.customerbase;

/** The logarithm of Euler's gamma function, for arguments above 0. */
final class Gamma {
  private static final double HALF_LOG_TWO_PI = 0.9189385332046727;
  private static final double SMALL = 10;

  private Gamma() {}

  /** log gamma(x): Stirling's series, after moving small arguments up; right to 1e-12. */
  static double log(double x) {
    double product = 1;
    double y = x;
    while (y < SMALL) {
      product *= y;
      y++;
    }
    double inverse = 1 / y;
    double square = inverse * inverse;
    double series =
        inverse
            * (1 / 12.0
                - square
                    * (1 / 360.0 - square * (1 / 1260.0 - square * (1 / 1680.0 - square / 1188))));
    return (y - 0.5) * Math.log(y) - y + HALF_LOG_TWO_PI + series - Math.log(product);
  }

  /** log of the beta function. */
  static double logBeta(double a, double b) {
    return log(a) + log(b) - log(a + b);
  }
}
