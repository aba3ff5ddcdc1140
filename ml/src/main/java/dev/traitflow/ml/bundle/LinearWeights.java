package dev.traitflow.ml.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import de.bwaldvogel.liblinear.Model;
import java.io.IOException;
import java.util.List;
import org.tribuo.Output;
import org.tribuo.common.liblinear.LibLinearModel;

/**
 * The weights of a linear model by column position, so that scoring needs neither names nor
 * examples.
 *
 * @param weights one weight a column
 * @param bias what the sum begins with
 * @param offset added to the sum
 * @param single true if the sum is taken in floats, as XGBoost takes it: over a hundred columns
 *     that makes a difference of more than a millionth
 */
public record LinearWeights(double[] weights, double bias, double offset, boolean single)
    implements Predictor {
  /** Weights that are summed as they are. */
  public LinearWeights(double[] weights, double bias) {
    this(weights, bias, 0, false);
  }

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

  /**
   * Flattens a linear booster of one output.
   *
   * @param model the booster as XGBoost saves it in JSON; its text dump rounds to six digits
   * @param columnOf the column of each of the booster's features
   */
  static LinearWeights ofBooster(byte[] model, int[] columnOf, double offset) {
    try {
      JsonNode saved =
          new JsonMapper().readTree(model).path("learner").path("gradient_booster").path("model");
      JsonNode numbers = saved.path("weights");
      if (numbers.size() != columnOf.length + 1) {
        throw new IllegalArgumentException(
            "weights: got " + numbers.size() + " (expected " + columnOf.length + " and a bias)");
      }
      double[] weights = new double[columnOf.length];
      for (int i = 0; i < weights.length; i++) {
        weights[columnOf[i]] = numbers.path(i).asDouble();
      }
      return new LinearWeights(weights, numbers.path(columnOf.length).asDouble(), offset, true);
    } catch (IOException broken) {
      throw new IllegalArgumentException("weights: cannot be read: " + broken.getMessage(), broken);
    }
  }

  /** The weighted sum of a standardised row. */
  @Override
  public double apply(double[] row) {
    if (single) {
      float sum = (float) bias;
      for (int i = 0; i < weights.length; i++) {
        sum += (float) weights[i] * (float) row[i];
      }
      return sum + offset;
    }
    double sum = bias;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * row[i];
    }
    return sum + offset;
  }
}
