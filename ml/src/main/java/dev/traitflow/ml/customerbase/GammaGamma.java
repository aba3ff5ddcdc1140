package dev.traitflow.ml.customerbase;

import java.util.List;
import org.apache.commons.math3.special.Beta;

/**
 * The gamma-gamma model of spend per purchase (Fader and Hardie 2013): each customer has a mean,
 * those means differ, and few purchases say little about one's own.
 *
 * @param p shape of a customer's purchases
 * @param q shape of the customers' scales
 * @param gamma scale of the customers' scales
 */
record GammaGamma(double p, double q, double gamma) {
  /** The mean spend per purchase of a customer with so many purchases of that mean. */
  double mean(double purchases, double observed) {
    double others = p * gamma / (q - 1);
    if (!(purchases > 0) || !(observed > 0)) {
      return others;
    }
    double own = p * purchases / (p * purchases + q - 1);
    return (1 - own) * others + own * observed;
  }

  /** Fits by maximum likelihood on customers with an amount above 0; there must be one. */
  static GammaGamma fit(List<CustomerBaseModel.Customer> customers) {
    double total = 0;
    int used = 0;
    for (CustomerBaseModel.Customer customer : customers) {
      if (customer.meanAmount() > 0) {
        total += customer.meanAmount();
        used++;
      }
    }
    double scale = total / Math.max(1, used);
    double[] start = {Math.log(4), Math.log(3), Math.log(4)};
    double[] low = {Math.log(0.1), Math.log(0.1), Math.log(1e-3)};
    double[] high = {Math.log(200), Math.log(100), Math.log(1e3)};
    double[] found =
        BoundedSimplex.minimize(
            at -> {
              // q = 1 + exp(..): a mean must exist.
              GammaGamma model =
                  new GammaGamma(Math.exp(at[0]), 1 + Math.exp(at[1]), Math.exp(at[2]));
              double sum = 0;
              int spenders = 0;
              for (CustomerBaseModel.Customer customer : customers) {
                if (customer.meanAmount() > 0) {
                  spenders++;
                  sum -= model.logLikelihood(customer.x() + 1, customer.meanAmount() / scale);
                }
              }
              return sum / Math.max(1, spenders);
            },
            start,
            low,
            high);
    return new GammaGamma(Math.exp(found[0]), 1 + Math.exp(found[1]), Math.exp(found[2]) * scale);
  }

  private double logLikelihood(double purchases, double mean) {
    double shape = p * purchases;
    return -Beta.logBeta(shape, q)
        + q * Math.log(gamma)
        + (shape - 1) * Math.log(mean)
        + shape * Math.log(purchases)
        - (shape + q) * Math.log(gamma + mean * purchases);
  }
}
