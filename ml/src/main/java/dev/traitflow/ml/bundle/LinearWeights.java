package dev.traitflow.ml.bundle;

import de.bwaldvogel.liblinear.Model;
import java.util.List;
import org.tribuo.Output;
import org.tribuo.common.liblinear.LibLinearModel;

/**
 * The weights of a linear model by column position, so that scoring needs neither names nor
 * examples.
 *
 * @param weights one weight a column
 * @param bias added to the weighted sum
 */
public record LinearWeights(double[] weights, double bias) {
  /**
   * Flattens a model of LibLinear that Tribuo trained.
   *
   * @param columns the names of the model's features in the order of the columns
   * @param positive the id of the label whose log odds are wanted, or -1 for a regression
   * @throws IllegalArgumentException if the model's features are not exactly these columns
   */
  static <T extends Output<T>> LinearWeights of(
      org.tribuo.Model<T> model, List<String> columns, int positive) {
    if (!(model instanceof LibLinearModel<T> linear)) {
      throw new IllegalArgumentException(
          "model: got " + model.getClass().getSimpleName() + " (expected a linear model)");
    }
    if (model.getFeatureIDMap().size() != columns.size()) {
      throw new IllegalArgumentException(
          "model features: got "
              + model.getFeatureIDMap().size()
              + " (expected the "
              + columns.size()
              + " columns of the bundle)");
    }
    Model inner = linear.getInnerModels().get(0);
    // LibLinear's weights speak for the first label it met in the data.
    double sign = positive < 0 || inner.getLabels()[0] == positive ? 1 : -1;
    double[] theirs = inner.getFeatureWeights();
    double[] weights = new double[columns.size()];
    for (int i = 0; i < weights.length; i++) {
      int id = model.getFeatureIDMap().getID(columns.get(i));
      if (id < 0) {
        throw new IllegalArgumentException(
            "model feature: got none named '" + columns.get(i) + "' (expected every column)");
      }
      weights[i] = sign * theirs[id];
    }
    return new LinearWeights(weights, sign * theirs[columns.size()]);
  }

  /** The weighted sum of a standardised row. */
  public double apply(double[] row) {
    double sum = bias;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * row[i];
    }
    return sum;
  }
}
