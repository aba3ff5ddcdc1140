package dev.traitflow.ml.customerbase;

/**
 * A model of purchases and of silent departure, for customers with a first purchase, {@code x}
 * repeat purchases, the last of them {@code last} days after the first, observed for {@code age}
 * days since the first. {@code 0 <= last <= age}; {@code last} is 0 if {@code x} is 0.
 */
sealed interface PurchaseModel permits ParetoNbd, MbgNbd {
  /** The logarithm of the likelihood of one customer's history. */
  double logLikelihood(double x, double last, double age);

  /** The chance that the customer is still there. */
  double alive(double x, double last, double age);

  /** Purchases expected in the next {@code horizon} days. */
  double expected(double x, double last, double age, double horizon);

  /** The four parameters. */
  double[] parameters();

  /**
   * The chance of no purchase in the next {@code horizon} days. The same history seen until {@code
   * age + horizon} says just that, so it is a ratio of two likelihoods, for any such model.
   */
  default double chanceOfNone(double x, double last, double age, double horizon) {
    double ratio = logLikelihood(x, last, age + horizon) - logLikelihood(x, last, age);
    return Math.min(1, Math.exp(ratio));
  }
}
