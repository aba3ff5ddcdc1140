package dev.traitflow.ml.bundle;

import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.ml.customerbase.CustomerBaseModel;
import dev.traitflow.ml.model.FeatureMapping;
import dev.traitflow.ml.model.LinearWeights;
import dev.traitflow.ml.model.Predictor;

/**
 * One of the models whose weighted sum is the score.
 *
 * @param kind what it is
 * @param weight its share in the sum
 * @param predictor the model as plain arrays
 */
public record Member(Kind kind, double weight, Predictor predictor) {

  /** The families of models. */
  public enum Kind {
    /** Regularised logistic regression; for spend, Poisson regression. */
    LINEAR("linear"),
    /** Boosted trees. */
    TREES("trees"),
    /** The customer-base model alone. */
    CUSTOMER_BASE("customer_base");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** The word in files and cards. */
    public String word() {
      return word;
    }
  }

  /**
   * The customer-base model: the column of the mapping that already holds its answer, put back on
   * its scale.
   *
   * @throws IllegalArgumentException if the mapping has no such column
   */
  public static Member customerBase(PredictionDefinition definition, FeatureMapping mapping) {
    String wanted =
        definition.isProbability() ? CustomerBaseModel.SILENCE : CustomerBaseModel.SPEND;
    boolean silence = definition.kind() == PredictionDefinition.Kind.CHURN && !definition.perform();
    double sign = !definition.isProbability() || silence ? 1 : -1;
    double[] weights = new double[mapping.columns().size()];
    for (int i = 0; i < weights.length; i++) {
      if (mapping.columns().get(i).feature().equals(wanted)) {
        weights[i] = sign * mapping.deviation(i);
        return new Member(
            Kind.CUSTOMER_BASE, 1, new LinearWeights(weights, sign * mapping.mean(i)));
      }
    }
    throw new IllegalArgumentException("mapping: got no " + wanted + " (expected the column)");
  }

  /** The same with another share. */
  public Member withWeight(double share) {
    return new Member(kind, share, predictor);
  }
}
