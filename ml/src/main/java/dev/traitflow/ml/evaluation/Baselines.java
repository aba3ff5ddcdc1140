package dev.traitflow.ml.evaluation;

import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.prediction.FeatureSet;
import dev.traitflow.core.prediction.Labels;
import dev.traitflow.core.prediction.PredictionDefinition;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The simple opponents every model is shown beside, on the same rows. If one of them wins,
 * something broke or there is nothing to learn.
 */
public final class Baselines {
  private static final int ACTIVE_DAYS = FeatureSet.position("active_days");
  private static final int SINCE_FIRST = FeatureSet.position("days_since_first");
  private static final int SINCE_LAST = FeatureSet.position("days_since_last");
  private static final int AMOUNT_SUM = FeatureSet.position("amount_sum");
  private static final double DAYS_MAX = 730;

  private Baselines() {}

  /**
   * What the opponents look at. For a probability: recency, distinct days and tenure, on logs; for
   * spend: the amount of the last period of the window's length, and the past rate times the
   * window.
   */
  public static double[] inputs(PredictionDefinition definition, FeatureBlock block) {
    double[] target = Labels.target(definition, block);
    if (definition.isProbability()) {
      double since = target[ACTIVE_DAYS] == 0 ? DAYS_MAX : target[SINCE_LAST];
      return new double[] {
        Math.log1p(Math.min(DAYS_MAX, since)),
        Math.log1p(target[ACTIVE_DAYS]),
        Math.log1p(Math.max(0, block.totals()[SINCE_FIRST]))
      };
    }
    int days = definition.windowDays() <= 45 ? 30 : definition.windowDays() <= 180 ? 90 : 365;
    double last = target[FeatureSet.position("amount_" + days + "d")];
    double tenure = Math.max(definition.windowDays(), target[SINCE_FIRST]);
    return new double[] {
      Math.max(0, last) * definition.windowDays() / days,
      Math.max(0, target[AMOUNT_SUM]) / tenure * definition.windowDays()
    };
  }

  /** Scores of each opponent of a probability, by name, on the rows to evaluate on. */
  public static Map<String, double[]> probabilities(
      double[][] training, double[] truths, double[][] evaluation) {
    Map<String, double[]> scores = new LinkedHashMap<>();
    scores.put("constant_rate", constant(Scored.mean(truths), evaluation.length));
    scores.put("recency", logistic(training, truths, evaluation, 1));
    scores.put("recency_days_tenure", logistic(training, truths, evaluation, 3));
    return scores;
  }

  /** Scores of each opponent of spend, by name, on the rows to evaluate on. */
  public static Map<String, double[]> amounts(double[] truths, double[][] evaluation) {
    Map<String, double[]> scores = new LinkedHashMap<>();
    scores.put("constant_mean", constant(Scored.mean(truths), evaluation.length));
    scores.put("last_period", column(evaluation, 0));
    scores.put("past_rate", column(evaluation, 1));
    return scores;
  }

  private static double[] logistic(
      double[][] training, double[] truths, double[][] evaluation, int columns) {
    SmallLogistic model = SmallLogistic.fit(first(training, columns), truths);
    double[][] rows = first(evaluation, columns);
    double[] scores = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      scores[i] = model.probability(rows[i]);
    }
    return scores;
  }

  private static double[][] first(double[][] rows, int columns) {
    double[][] cut = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      cut[i] = Arrays.copyOf(rows[i], columns);
    }
    return cut;
  }

  private static double[] column(double[][] rows, int column) {
    double[] values = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      values[i] = rows[i][column];
    }
    return values;
  }

  private static double[] constant(double value, int length) {
    double[] values = new double[length];
    Arrays.fill(values, value);
    return values;
  }
}
