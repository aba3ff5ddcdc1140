package dev.traitflow.ml.training;

import dev.traitflow.core.prediction.DataChecks.Check;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.ml.evaluation.Baselines;
import dev.traitflow.ml.evaluation.ProbabilityMetrics;
import dev.traitflow.ml.evaluation.ValueMetrics;
import dev.traitflow.ml.model.TrainingTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * How a model that has not seen them scored the evaluation rows, beside the baselines.
 *
 * @param main the metric the quality is judged by: AUC, or normalised Gini for spend
 * @param model metrics of the model by name
 * @param baselines metrics of each baseline by name
 * @param deciles mean score and mean truth of each tenth by score, highest first
 * @param warnings what people should mind
 */
record Evaluation(
    Main main,
    Map<String, Double> model,
    Map<String, Map<String, Double>> baselines,
    List<double[]> deciles,
    List<String> warnings) {

  private static final double AUC_MIN = 0.55;

  /**
   * What quality is judged by.
   *
   * @param name the metric
   * @param value its value; NaN if it cannot be told
   * @param margin half of its 95 % interval, NaN if unknown
   */
  record Main(String name, double value, double margin) {
    /** The AUC, or for spend the AUC that ranks as well: the mean of 1 and normalised Gini. */
    double auc() {
      return name.equals("auc") ? value : (1 + value) / 2;
    }

    String quality() {
      double auc = auc();
      return !(auc >= 0.6) ? "Poor" : auc < 0.7 ? "Fair" : auc < 0.85 ? "Good" : "Excellent";
    }
  }

  static Evaluation of(
      PredictionDefinition definition,
      double[] scores,
      TrainingTable train,
      TrainingTable evaluation) {
    double[] truths = definition.isProbability() ? evaluation.outcomes() : evaluation.labels();
    Map<String, double[]> opponents =
        definition.isProbability()
            ? Baselines.probabilities(train.simple(), train.outcomes(), evaluation.simple())
            : Baselines.amounts(train.labels(), evaluation.simple());
    Map<String, Map<String, Double>> baselines = new LinkedHashMap<>();
    opponents.forEach((name, theirs) -> baselines.put(name, metrics(definition, theirs, truths)));
    Map<String, Double> model = metrics(definition, scores, truths);
    Main main;
    if (definition.isProbability()) {
      ProbabilityMetrics metrics = ProbabilityMetrics.of(scores, truths);
      main = new Main("auc", metrics.auc(), metrics.aucMargin());
    } else {
      main = new Main("gini_norm", ValueMetrics.of(scores, truths).giniNorm(), Double.NaN);
    }
    return new Evaluation(
        main,
        model,
        baselines,
        deciles(scores, truths),
        warnings(definition, main, model, baselines));
  }

  /** The gate on what a model foretells; it never stops training unless that was asked for. */
  Check check() {
    TreeMap<String, Double> numbers = new TreeMap<>();
    numbers.put("found", main.value);
    numbers.put("expected", main.name.equals("auc") ? AUC_MIN : 2 * AUC_MIN - 1);
    return new Check(
        "model_not_predictive",
        main.auc() >= AUC_MIN,
        numbers,
        String.format(
            Locale.ROOT,
            "%s on later data: got %.3f (expected at least %.2f)",
            main.name,
            main.value,
            numbers.get("expected")));
  }

  private static Map<String, Double> metrics(
      PredictionDefinition definition, double[] scores, double[] truths) {
    return definition.isProbability()
        ? ProbabilityMetrics.of(scores, truths).toMap()
        : ValueMetrics.of(scores, truths).toMap();
  }

  private static List<String> warnings(
      PredictionDefinition definition,
      Main main,
      Map<String, Double> model,
      Map<String, Map<String, Double>> baselines) {
    List<String> warnings = new ArrayList<>();
    if (main.quality().equals("Poor")) {
      warnings.add("The model hardly predicts: treat its ranking as a guess.");
    }
    String loss = definition.isProbability() ? "logloss" : "mae";
    baselines.forEach(
        (name, metrics) -> {
          boolean betterLoss =
              metrics.getOrDefault(loss, Double.NaN) < model.getOrDefault(loss, Double.NaN);
          double theirs = metrics.getOrDefault(main.name, Double.NaN);
          // On skewed amounts a low total wins on mean error: there, ranking has to be lost too.
          if (betterLoss && (definition.isProbability() || theirs > main.value)) {
            warnings.add("The baseline '" + name + "' is better on later data.");
          }
        });
    double slope = model.getOrDefault("cal_slope", 1.0);
    if (slope < 0.7 || slope > 1.3) {
      warnings.add("Probabilities were badly calibrated on later data before the last fit.");
    }
    return warnings;
  }

  private static List<double[]> deciles(double[] scores, double[] truths) {
    List<Integer> order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -scores[i]))
            .toList();
    List<double[]> deciles = new ArrayList<>();
    for (int k = 0; k < 10; k++) {
      int low = (int) ((long) scores.length * k / 10);
      int high = (int) ((long) scores.length * (k + 1) / 10);
      double[] decile = {high - low, 0, 0};
      for (int i = low; i < high; i++) {
        decile[1] += scores[order.get(i)] / (high - low);
        decile[2] += truths[order.get(i)] / (high - low);
      }
      deciles.add(decile);
    }
    return deciles;
  }
}
