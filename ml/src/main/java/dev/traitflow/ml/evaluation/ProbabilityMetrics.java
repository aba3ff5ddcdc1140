package dev.traitflow.ml.evaluation;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How well probabilities foretold what happened.
 *
 * @param n rows
 * @param positives rows with truth 1
 * @param baseRate share of positives
 * @param auc chance that a positive scores above a negative, ties counting half
 * @param prAuc average precision
 * @param logLoss mean negative log likelihood, probabilities clipped at 1e-6
 * @param brier mean squared error
 * @param brierSkill 1 - Brier score over that of the base rate
 * @param ece10 expected calibration error over about ten bins of equal count; tie groups stay whole
 * @param calibrationSlope slope of truth on the log odds of the score; 1 is perfect
 * @param calibrationIntercept its intercept; 0 is perfect
 * @param sumRatio predicted over actual positives
 * @param lift10 rate among the top tenth over the base rate
 * @param lift20 rate among the top fifth over the base rate
 */
public record ProbabilityMetrics(
    int n,
    double positives,
    double baseRate,
    double auc,
    double prAuc,
    double logLoss,
    double brier,
    double brierSkill,
    double ece10,
    double calibrationSlope,
    double calibrationIntercept,
    double sumRatio,
    double lift10,
    double lift20) {

  private static final double CLIP = 1e-6;

  /**
   * Measures probabilities against what happened.
   *
   * @param scores probabilities, 0 to 1
   * @param truths 0 or 1, one a score; at least one row
   */
  public static ProbabilityMetrics of(double[] scores, double[] truths) {
    Scored.check(scores, truths);
    int n = scores.length;
    double positives = Scored.sum(truths);
    double rate = positives / n;
    Ranking ranking = new Ranking(scores, truths);
    double brier = brier(scores, truths);
    double reference = rate * (1 - rate);
    double[] line = calibrationLine(scores, truths);
    return new ProbabilityMetrics(
        n,
        positives,
        rate,
        auc(scores, truths, positives),
        averagePrecision(ranking, positives),
        logLoss(scores, truths),
        brier,
        reference == 0 ? Double.NaN : 1 - brier / reference,
        calibrationError(ranking, scores, truths),
        line[1],
        line[0],
        positives == 0 ? Double.NaN : Scored.sum(scores) / positives,
        ranking.lift(0.1, rate),
        ranking.lift(0.2, rate));
  }

  /** Every metric by its name in reports; what cannot be told is NaN. */
  public Map<String, Double> toMap() {
    Map<String, Double> map = new LinkedHashMap<>();
    map.put("n", (double) n);
    map.put("positives", positives);
    map.put("base_rate", baseRate);
    map.put("auc", auc);
    map.put("pr_auc", prAuc);
    map.put("logloss", logLoss);
    map.put("brier", brier);
    map.put("brier_skill", brierSkill);
    map.put("ece10", ece10);
    map.put("cal_slope", calibrationSlope);
    map.put("cal_intercept", calibrationIntercept);
    map.put("sum_ratio", sumRatio);
    map.put("lift10", lift10);
    map.put("lift20", lift20);
    return map;
  }

  /** Half the width of the 95 % interval of the AUC (Hanley and McNeil 1982). */
  public double aucMargin() {
    double q1 = auc / (2 - auc);
    double q2 = 2 * auc * auc / (1 + auc);
    double negatives = n - positives;
    double variance =
        (auc * (1 - auc) + (positives - 1) * (q1 - auc * auc) + (negatives - 1) * (q2 - auc * auc))
            / (positives * negatives);
    return 1.96 * Math.sqrt(Math.max(0, variance));
  }

  /** Mean negative log likelihood, probabilities clipped at 1e-6. */
  public static double logLoss(double[] scores, double[] truths) {
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      double p = clip(scores[i]);
      sum -= Math.log(truths[i] != 0 ? p : 1 - p);
    }
    return sum / scores.length;
  }

  private static double auc(double[] scores, double[] truths, double positives) {
    double negatives = scores.length - positives;
    if (positives == 0 || negatives == 0) {
      return Double.NaN;
    }
    double[] ranks = Ranking.ranks(scores);
    double sum = 0;
    for (int i = 0; i < ranks.length; i++) {
      sum += truths[i] != 0 ? ranks[i] : 0;
    }
    return (sum - positives * (positives + 1) / 2) / (positives * negatives);
  }

  private static double averagePrecision(Ranking ranking, double positives) {
    double hits = 0;
    double precision = 0;
    int start = 0;
    for (int end : ranking.groupEnds) {
      double more = ranking.sum(start, end);
      hits += more;
      precision += more * (hits / end);
      start = end;
    }
    return positives == 0 ? Double.NaN : precision / positives;
  }

  private static double brier(double[] scores, double[] truths) {
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      sum += (scores[i] - truths[i]) * (scores[i] - truths[i]);
    }
    return sum / scores.length;
  }

  private static double calibrationError(Ranking ranking, double[] scores, double[] truths) {
    int n = scores.length;
    double error = 0;
    int group = 0;
    int start = 0;
    for (int bin = 1; bin <= 10; bin++) {
      double wanted = Math.rint(n * bin / 10.0);
      while (group < ranking.groupEnds.length && ranking.groupEnds[group] < wanted) {
        group++;
      }
      int end = group < ranking.groupEnds.length ? ranking.groupEnds[group] : n;
      double difference = 0;
      for (int i = start; i < end; i++) {
        difference += scores[ranking.order[i]] - truths[ranking.order[i]];
      }
      error += Math.abs(difference) / n;
      start = Math.max(start, end);
    }
    return error;
  }

  private static double[] calibrationLine(double[] scores, double[] truths) {
    double[] logOdds = new double[scores.length];
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < scores.length; i++) {
      logOdds[i] = Math.log(clip(scores[i]) / (1 - clip(scores[i])));
      low = Math.min(low, logOdds[i]);
      high = Math.max(high, logOdds[i]);
    }
    return high > low
        ? PlattScaling.newton(logOdds, truths, 50)
        : new double[] {Double.NaN, Double.NaN};
  }

  private static double clip(double probability) {
    return Math.min(1 - CLIP, Math.max(CLIP, probability));
  }
}
