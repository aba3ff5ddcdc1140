package dev.traitflow.ml.evaluation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * Two models on the same rows, pair by pair: the one in force and the one that would replace it.
 *
 * <p>The loss is the logarithmic one for chances. For spend it is the Tweedie deviance of power
 * 1.5, the usual one of amounts that are often zero: 4 (sqrt(score) - sqrt(truth))^2 / sqrt(score).
 *
 * @param loss name of the loss
 * @param rank name of the metric of ranking
 * @param rows how many pairs
 * @param champion mean loss of the model in force
 * @param challenger mean loss of the new one
 * @param standardError of the mean difference
 * @param championRank the ranking metric of the model in force
 * @param challengerRank that of the new one
 */
public record LossComparison(
    String loss,
    String rank,
    int rows,
    double champion,
    double challenger,
    double standardError,
    double championRank,
    double challengerRank) {

  private static final double CHANCE_MIN = 1e-6;
  private static final double AMOUNT_MIN = 1e-2;

  /**
   * Compares.
   *
   * @param champion scores of the model in force
   * @param challenger scores of the new one, row by row
   * @param truths what happened: 1 or 0, or an amount
   * @param isProbability false for amounts
   */
  public static LossComparison of(
      double[] champion, double[] challenger, double[] truths, boolean isProbability) {
    int rows = truths.length;
    double[] sums = new double[2];
    double difference = 0;
    double squares = 0;
    for (int i = 0; i < rows; i++) {
      double theirs = loss(champion[i], truths[i], isProbability);
      double ours = loss(challenger[i], truths[i], isProbability);
      sums[0] += theirs;
      sums[1] += ours;
      difference += ours - theirs;
      squares += (ours - theirs) * (ours - theirs);
    }
    double mean = difference / rows;
    double variance = rows < 2 ? 0 : Math.max(0, squares - rows * mean * mean) / (rows - 1);
    return new LossComparison(
        isProbability ? "logloss" : "tweedie_deviance",
        isProbability ? "auc" : "gini_norm",
        rows,
        sums[0] / rows,
        sums[1] / rows,
        Math.sqrt(variance / rows),
        rank(champion, truths, isProbability),
        rank(challenger, truths, isProbability));
  }

  private static double loss(double score, double truth, boolean isProbability) {
    if (isProbability) {
      double chance = Math.max(CHANCE_MIN, Math.min(1 - CHANCE_MIN, score));
      return truth > 0 ? -Math.log(chance) : -Math.log(1 - chance);
    }
    double root = Math.sqrt(Math.max(AMOUNT_MIN, score));
    double away = root - Math.sqrt(Math.max(0, truth));
    return 4 * away * away / root;
  }

  private static double rank(double[] scores, double[] truths, boolean isProbability) {
    return isProbability
        ? ProbabilityMetrics.of(scores, truths).auc()
        : ValueMetrics.of(scores, truths).giniNorm();
  }

  /** True unless the new model is worse by more than one standard error. */
  public boolean isNotWorse() {
    return !(challenger - champion > standardError);
  }

  /** The figures and what they decide, for people. */
  public String sentence() {
    return String.format(
        Locale.ROOT,
        "%s: %s %.5f against %.5f of the model in force on %d rows of the newest closed window,"
            + " standard error %.5f; %s %.4f against %.4f",
        isNotWorse() ? "not worse" : "worse",
        loss,
        challenger,
        champion,
        rows,
        standardError,
        rank,
        challengerRank,
        championRank);
  }

  /** The figures as JSON; a metric that cannot be told is null. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("rows", rows).put("standard_error", standardError);
    put(json.putObject("champion"), champion, championRank);
    put(json.putObject("challenger"), challenger, challengerRank);
    return json;
  }

  private void put(ObjectNode json, double mean, double ranking) {
    json.put(loss, mean);
    if (Double.isFinite(ranking)) {
      json.put(rank, ranking);
    } else {
      json.putNull(rank);
    }
  }
}
