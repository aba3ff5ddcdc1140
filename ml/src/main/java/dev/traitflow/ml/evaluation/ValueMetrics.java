package dev.traitflow.ml.evaluation;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How well expected amounts foretold what was spent. On skewed amounts the mean absolute error
 * rewards totals that are too low, so always read it beside the total error.
 *
 * @param n rows
 * @param nonzero rows with a truth other than 0
 * @param meanTruth mean of what happened
 * @param meanScore mean of what was expected
 * @param mae mean absolute error
 * @param rmse root of the mean squared error
 * @param rmsle the same on log(1 + amount)
 * @param spearman rank correlation, ties sharing ranks; 0 if one side is constant
 * @param giniNorm Gini of the truth sorted by score over that of the truth sorted by itself
 * @param capture10 share of the total held by the top tenth by score
 * @param decileMape mean over score deciles of the relative error of the decile's total
 * @param totalError expected total over actual total - 1
 */
public record ValueMetrics(
    int n,
    int nonzero,
    double meanTruth,
    double meanScore,
    double mae,
    double rmse,
    double rmsle,
    double spearman,
    double giniNorm,
    double capture10,
    double decileMape,
    double totalError) {

  /** Measures expected amounts against what happened; one score a truth, at least one row. */
  public static ValueMetrics of(double[] scores, double[] truths) {
    Scored.check(scores, truths);
    int n = scores.length;
    double total = Scored.sum(truths);
    double absolute = 0;
    double squared = 0;
    double squaredLog = 0;
    int nonzero = 0;
    for (int i = 0; i < n; i++) {
      double error = scores[i] - truths[i];
      double log = Math.log1p(Math.max(0, scores[i])) - Math.log1p(Math.max(0, truths[i]));
      absolute += Math.abs(error);
      squared += error * error;
      squaredLog += log * log;
      nonzero += truths[i] != 0 ? 1 : 0;
    }
    Ranking ranking = new Ranking(scores, truths);
    double ideal = new Ranking(truths, truths).gini();
    return new ValueMetrics(
        n,
        nonzero,
        total / n,
        Scored.mean(scores),
        absolute / n,
        Math.sqrt(squared / n),
        Math.sqrt(squaredLog / n),
        spearman(scores, truths),
        ideal == 0 ? Double.NaN : ranking.gini() / ideal,
        total == 0 ? Double.NaN : ranking.lift(0.1, total / n) * 0.1,
        decileMape(ranking, scores),
        total == 0 ? Double.NaN : Scored.sum(scores) / total - 1);
  }

  /** Every metric by its name in reports; what cannot be told is NaN. */
  public Map<String, Double> toMap() {
    Map<String, Double> map = new LinkedHashMap<>();
    map.put("n", (double) n);
    map.put("nonzero", (double) nonzero);
    map.put("mean_truth", meanTruth);
    map.put("mean_score", meanScore);
    map.put("mae", mae);
    map.put("rmse", rmse);
    map.put("rmsle", rmsle);
    map.put("spearman", spearman);
    map.put("gini_norm", giniNorm);
    map.put("capture10", capture10);
    map.put("decile_mape", decileMape);
    map.put("total_error", totalError);
    return map;
  }

  private static double spearman(double[] scores, double[] truths) {
    double[] a = Ranking.ranks(scores);
    double[] b = Ranking.ranks(truths);
    double meanA = Scored.mean(a);
    double meanB = Scored.mean(b);
    double together = 0;
    double varianceA = 0;
    double varianceB = 0;
    for (int i = 0; i < a.length; i++) {
      together += (a[i] - meanA) * (b[i] - meanB);
      varianceA += (a[i] - meanA) * (a[i] - meanA);
      varianceB += (b[i] - meanB) * (b[i] - meanB);
    }
    return varianceA == 0 || varianceB == 0 ? 0 : together / Math.sqrt(varianceA * varianceB);
  }

  private static double decileMape(Ranking ranking, double[] scores) {
    int n = scores.length;
    double error = 0;
    int used = 0;
    for (int k = 0; k < 10; k++) {
      int low = (int) ((long) n * k / 10);
      int high = (int) ((long) n * (k + 1) / 10);
      double truth = ranking.sum(low, high);
      if (high > low && truth > 0) {
        double score = 0;
        for (int i = low; i < high; i++) {
          score += scores[ranking.order[i]];
        }
        error += Math.abs(score - truth) / truth;
        used++;
      }
    }
    return used == 0 ? Double.NaN : error / used;
  }
}
