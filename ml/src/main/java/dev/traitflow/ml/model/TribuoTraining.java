package dev.traitflow.ml.model;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import ml.dmlc.xgboost4j.java.Booster;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.Output;
import org.tribuo.OutputFactory;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.liblinear.LibLinearClassificationTrainer;
import org.tribuo.classification.liblinear.LinearClassificationType;
import org.tribuo.common.xgboost.XGBoostModel;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;

/**
 * Fits models with Tribuo: logistic regression by LibLinear, boosted trees and Poisson regression
 * by XGBoost. Every column is written into every example, zeros too, since a missing feature means
 * something else to other kinds of model.
 *
 * <p>All run on one thread, so that the same data gives the same bits on any machine.
 */
final class TribuoTraining {
  private static final int ITERATIONS_MAX = 1000;

  /** LibLinear's own default. Half of it takes a third longer and changes no score that counts. */
  private static final double TERMINATION = 0.01;

  /** Passes over the columns. 150 take twice as long and better the deviance by 0.05 %. */
  private static final int LINEAR_ROUNDS = 60;

  private static final String OUTPUT = "value";

  /** Tribuo logs every training through java.util.logging; kept here so that it stays quiet. */
  private static final Logger TRIBUO = Logger.getLogger("org.tribuo");

  private final List<String> columns;
  private final String[] names;
  private final long seed;
  private final OffsetDateTime created;

  TribuoTraining(List<String> names, long seed, long now) {
    this.columns = List.copyOf(names);
    this.names = names.toArray(String[]::new);
    this.seed = seed;
    this.created = OffsetDateTime.ofInstant(Instant.ofEpochMilli(now), ZoneOffset.UTC);
  }

  /** Training for a setup, with Tribuo's logging silenced. */
  static TribuoTraining of(TrainingSetup setup) {
    silence();
    return new TribuoTraining(setup.mapping().names(), setup.seed(), setup.now());
  }

  /** Silences Tribuo in the JDK's logging; another log manager has to be configured for it. */
  private static void silence() {
    if (LogManager.getLogManager().getClass().equals(LogManager.class)) {
      TRIBUO.setLevel(Level.WARNING);
    }
  }

  /** Fits log odds of outcome 1 as a weighted sum; there must be rows of both outcomes. */
  LinearWeights logistic(double[][] rows, double[] outcomes, double cost) {
    MutableDataset<Label> dataset = dataset(new LabelFactory());
    Label positive = new Label(Flattening.POSITIVE);
    Label negative = new Label(Flattening.NEGATIVE);
    for (int i = 0; i < rows.length; i++) {
      dataset.add(new ArrayExample<>(outcomes[i] > 0 ? positive : negative, names, rows[i]));
    }
    LinearClassificationType type =
        new LinearClassificationType(LinearClassificationType.LinearType.L2R_LR);
    return Flattening.line(
        new LibLinearClassificationTrainer(type, cost, ITERATIONS_MAX, TERMINATION, seed)
            .train(dataset),
        columns);
  }

  /**
   * Fits the logarithm of an expected amount as a weighted sum.
   *
   * @param amounts in units of their mean
   * @param offset the logarithm of the unit
   */
  LinearWeights poisson(double[][] rows, double[] amounts, double penalty, double offset) {
    Map<String, Object> parameters = common("count:poisson", 1);
    parameters.put("booster", "gblinear");
    parameters.put("updater", "coord_descent");
    parameters.put("feature_selector", "cyclic");
    parameters.put("eta", 0.7);
    parameters.put("lambda", penalty);
    return boosted(
        rows,
        amounts,
        LINEAR_ROUNDS,
        parameters,
        model -> Flattening.boostedLine(model, columns, offset));
  }

  /** Grows trees for log odds of outcome 1. */
  FlatTrees chanceTrees(double[][] rows, double[] outcomes, int rounds) {
    return boosted(
        rows,
        outcomes,
        rounds,
        trees("binary:logistic", 0.5),
        model -> Flattening.trees(model, columns, 0));
  }

  /**
   * Grows trees for the logarithm of an expected amount.
   *
   * @param amounts in units of their mean
   * @param offset the logarithm of the unit
   */
  FlatTrees amountTrees(double[][] rows, double[] amounts, int rounds, double offset) {
    Map<String, Object> parameters = trees("reg:tweedie", 1);
    parameters.put("tweedie_variance_power", 1.3);
    return boosted(
        rows, amounts, rounds, parameters, model -> Flattening.trees(model, columns, offset));
  }

  private Map<String, Object> trees(String objective, double start) {
    Map<String, Object> parameters = common(objective, start);
    parameters.put("booster", "gbtree");
    parameters.put("tree_method", "hist");
    parameters.put("max_bin", 64);
    parameters.put("max_depth", 3);
    parameters.put("eta", 0.05);
    parameters.put("lambda", 5.0);
    parameters.put("min_child_weight", 2.0);
    parameters.put("subsample", 0.8);
    parameters.put("colsample_bytree", 0.5);
    return parameters;
  }

  private Map<String, Object> common(String objective, double start) {
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("objective", objective);
    parameters.put("base_score", start);
    parameters.put("nthread", 1);
    parameters.put("verbosity", 0);
    parameters.put("seed", seed);
    return parameters;
  }

  /** Trains a booster, flattens it and frees its native memory at once. */
  private <P extends Predictor> P boosted(
      double[][] rows,
      double[] values,
      int rounds,
      Map<String, Object> parameters,
      Function<Model<Regressor>, P> flatten) {
    MutableDataset<Regressor> dataset = dataset(new RegressionFactory());
    for (int i = 0; i < rows.length; i++) {
      dataset.add(new ArrayExample<>(new Regressor(OUTPUT, values[i]), names, rows[i]));
    }
    XGBoostModel<Regressor> model =
        new BoostingTrainer(rounds, parameters, created).train(dataset, Map.of());
    try {
      return flatten.apply(model);
    } finally {
      model.getInnerModels().forEach(Booster::dispose);
    }
  }

  private <T extends Output<T>> MutableDataset<T> dataset(OutputFactory<T> factory) {
    return new MutableDataset<>(
        new SimpleDataSourceProvenance("training rows", created, factory), factory);
  }
}
