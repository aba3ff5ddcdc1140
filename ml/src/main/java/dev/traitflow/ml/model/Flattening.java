package dev.traitflow.ml.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.lang.ref.Reference;
import java.util.List;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.tribuo.Model;
import org.tribuo.classification.Label;
import org.tribuo.common.liblinear.LibLinearModel;
import org.tribuo.common.xgboost.XGBoostModel;

/**
 * From models as libraries train them to the plain arrays of a bundle. It happens once, right after
 * the training: what scores never sees a model of a library.
 *
 * <p>A booster frees its native memory when it is collected, and a compiled method that has read
 * the native handle does not keep the booster from being collected while the call runs. So each
 * call ends with a fence behind it.
 */
public final class Flattening {
  /** The label of a row with the outcome. */
  public static final String POSITIVE = "1";

  /** The label of a row without it. */
  public static final String NEGATIVE = "0";

  private static final JsonMapper JSON = new JsonMapper();

  private Flattening() {}

  /** Reads a booster. */
  private interface Reading<R> {
    R read(Booster booster) throws XGBoostError, IOException;
  }

  /**
   * The log odds of {@link #POSITIVE} that a logistic regression of LibLinear gives.
   *
   * @param columns the names of the model's features in the order of the columns
   * @throws IllegalArgumentException if the model is none, or its features are not these columns
   */
  public static LinearWeights line(Model<Label> model, List<String> columns) {
    if (!(model instanceof LibLinearModel<Label> linear)) {
      throw new IllegalArgumentException(
          "model: got " + model.getClass().getSimpleName() + " (expected a linear model)");
    }
    int[] columnOf = columnOf(model, columns);
    int positive = model.getOutputIDInfo().getID(new Label(POSITIVE));
    de.bwaldvogel.liblinear.Model inner = linear.getInnerModels().get(0);
    // LibLinear's weights speak for the first label it met in the data.
    double sign = inner.getLabels()[0] == positive ? 1 : -1;
    double[] theirs = inner.getFeatureWeights();
    double[] weights = new double[columnOf.length];
    for (int id = 0; id < weights.length; id++) {
      weights[columnOf[id]] = sign * theirs[id];
    }
    return new LinearWeights(weights, sign * theirs[weights.length]);
  }

  /**
   * A linear booster of one output.
   *
   * @param offset added to what the booster says
   */
  public static LinearWeights boostedLine(Model<?> model, List<String> columns, double offset) {
    int[] columnOf = columnOf(model, columns);
    // The library's text dump would round to six digits.
    JsonNode saved =
        read(model, booster -> JSON.readTree(booster.toByteArray("json")))
            .path("learner")
            .path("gradient_booster")
            .path("model");
    JsonNode numbers = saved.path("weights");
    if (numbers.size() != columnOf.length + 1) {
      throw new IllegalArgumentException(
          "weights: got " + numbers.size() + " (expected " + columnOf.length + " and a bias)");
    }
    double[] weights = new double[columnOf.length];
    for (int id = 0; id < weights.length; id++) {
      weights[columnOf[id]] = numbers.path(id).asDouble();
    }
    return new LinearWeights(weights, numbers.path(weights.length).asDouble(), offset, true);
  }

  /**
   * Boosted trees of one output.
   *
   * @param offset the margin before the first tree
   */
  public static FlatTrees trees(Model<?> model, List<String> columns, double offset) {
    int[] columnOf = columnOf(model, columns);
    String[] dumps = read(model, booster -> booster.getModelDump("", true, "json"));
    FlatTrees.Builder nodes = new FlatTrees.Builder();
    int[] roots = new int[dumps.length];
    try {
      for (int tree = 0; tree < dumps.length; tree++) {
        roots[tree] = add(JSON.readTree(dumps[tree]), columnOf, nodes);
      }
    } catch (IOException broken) {
      throw new IllegalArgumentException("trees: cannot be read: " + broken.getMessage(), broken);
    }
    return nodes.build(offset, roots, columns.size());
  }

  private static int add(JsonNode json, int[] columnOf, FlatTrees.Builder nodes) {
    float cover = (float) json.path("cover").asDouble();
    if (json.has("leaf")) {
      return nodes.leaf((float) json.path("leaf").asDouble(), cover);
    }
    int column = columnOf[Integer.parseInt(json.path("split").asText().substring(1))];
    int node = nodes.split(column, (float) json.path("split_condition").asDouble(), cover);
    int yesId = json.path("yes").asInt();
    int yes = 0;
    int no = 0;
    for (JsonNode child : json.path("children")) {
      int place = add(child, columnOf, nodes);
      if (child.path("nodeid").asInt() == yesId) {
        yes = place;
      } else {
        no = place;
      }
    }
    nodes.sides(node, yes, no);
    return node;
  }

  private static <R> R read(Model<?> model, Reading<R> reading) {
    if (!(model instanceof XGBoostModel<?> boosted) || boosted.getInnerModels().size() != 1) {
      throw new IllegalArgumentException(
          "model: got " + model.getClass().getSimpleName() + " (expected a booster of one output)");
    }
    Booster booster = boosted.getInnerModels().get(0);
    try {
      return reading.read(booster);
    } catch (XGBoostError | IOException broken) {
      throw new IllegalArgumentException("booster: cannot be read: " + broken.getMessage(), broken);
    } finally {
      Reference.reachabilityFence(booster);
    }
  }

  /** The column of each feature of the model. */
  private static int[] columnOf(Model<?> model, List<String> columns) {
    int size = model.getFeatureIDMap().size();
    if (size != columns.size()) {
      throw new IllegalArgumentException(
          "model features: got " + size + " (expected the " + columns.size() + " columns)");
    }
    int[] columnOf = new int[size];
    for (int column = 0; column < size; column++) {
      int id = model.getFeatureIDMap().getID(columns.get(column));
      if (id < 0) {
        throw new IllegalArgumentException(
            "model feature: got none named '" + columns.get(column) + "' (expected every column)");
      }
      columnOf[id] = column;
    }
    return columnOf;
  }
}
