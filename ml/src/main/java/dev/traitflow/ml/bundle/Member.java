package dev.traitflow.ml.bundle;

import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.ml.customerbase.CustomerBaseModel;
import java.util.List;
import java.util.Locale;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.jspecify.annotations.Nullable;
import org.tribuo.Model;
import org.tribuo.classification.Label;
import org.tribuo.common.liblinear.LibLinearModel;
import org.tribuo.common.xgboost.XGBoostModel;

/**
 * One of the models whose weighted sum is the score.
 *
 * @param kind what it is
 * @param model as Tribuo trained it; null for the customer-base model, whose few parameters are
 *     part of the mapping
 * @param offset added to what the model says: the logarithm of the unit of amounts
 * @param weight its share in the sum
 * @param predictor the model as plain arrays, with the offset
 */
public record Member(
    Kind kind, @Nullable Model<?> model, double offset, double weight, Predictor predictor) {

  /** The families of models. */
  public enum Kind {
    /** Regularised logistic regression; for spend, Poisson regression. */
    LINEAR,
    /** Boosted trees. */
    TREES,
    /** The customer-base model alone. */
    CUSTOMER_BASE;

    /** The word in files and cards. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Flattens a model.
   *
   * @throws IllegalArgumentException if it does not fit the kind or the mapping
   */
  public static Member of(
      PredictionDefinition definition,
      FeatureMapping mapping,
      Kind kind,
      @Nullable Model<?> model,
      double offset,
      double weight) {
    Predictor predictor =
        switch (kind) {
          case LINEAR -> linear(mapping, model, offset);
          case TREES -> FlatTrees.of(booster(model), columns(mapping, model), offset);
          case CUSTOMER_BASE -> customerBase(definition, mapping);
        };
    return new Member(kind, model, offset, weight, predictor);
  }

  /** The same with another share. */
  public Member withWeight(double share) {
    return new Member(kind, model, offset, share, predictor);
  }

  private static LinearWeights linear(
      FeatureMapping mapping, @Nullable Model<?> model, double offset) {
    if (model instanceof LibLinearModel<?> linear) {
      Model<Label> labels = linear.castModel(Label.class);
      int positive = labels.getOutputIDInfo().getID(new Label(ModelBundle.POSITIVE));
      return LinearWeights.of(labels, mapping.names(), positive);
    }
    try {
      byte[] saved = booster(model).toByteArray("json");
      return LinearWeights.ofBooster(saved, columns(mapping, model), offset);
    } catch (XGBoostError broken) {
      throw new IllegalArgumentException("weights: cannot be read: " + broken.getMessage(), broken);
    }
  }

  /** The column of the mapping that already holds the answer, put back on its scale. */
  private static LinearWeights customerBase(
      PredictionDefinition definition, FeatureMapping mapping) {
    String wanted =
        definition.isProbability() ? CustomerBaseModel.SILENCE : CustomerBaseModel.SPEND;
    boolean silence = definition.kind() == PredictionDefinition.Kind.CHURN && !definition.perform();
    double sign = !definition.isProbability() || silence ? 1 : -1;
    double[] weights = new double[mapping.columns().size()];
    for (int i = 0; i < weights.length; i++) {
      if (mapping.columns().get(i).feature().equals(wanted)) {
        weights[i] = sign * mapping.deviation(i);
        return new LinearWeights(weights, sign * mapping.mean(i));
      }
    }
    throw new IllegalArgumentException("mapping: got no " + wanted + " (expected the column)");
  }

  private static Booster booster(@Nullable Model<?> model) {
    if (model instanceof XGBoostModel<?> boosted && boosted.getInnerModels().size() == 1) {
      return boosted.getInnerModels().get(0);
    }
    throw new IllegalArgumentException(
        "model: got "
            + (model == null ? "none" : model.getClass().getSimpleName())
            + " (expected a booster of one output)");
  }

  /** The column of each feature of the model. */
  private static int[] columns(FeatureMapping mapping, @Nullable Model<?> model) {
    List<String> names = mapping.names();
    int size = model == null ? 0 : model.getFeatureIDMap().size();
    if (model == null || size != names.size()) {
      throw new IllegalArgumentException(
          "model features: got " + size + " (expected the " + names.size() + " columns)");
    }
    int[] columns = new int[size];
    for (int i = 0; i < size; i++) {
      int id = model.getFeatureIDMap().getID(names.get(i));
      if (id < 0) {
        throw new IllegalArgumentException(
            "model feature: got none named '" + names.get(i) + "' (expected every column)");
      }
      columns[id] = i;
    }
    return columns;
  }
}
