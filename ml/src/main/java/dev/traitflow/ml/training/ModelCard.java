package dev.traitflow.ml.training;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.prediction.DataChecks.Check;
import dev.traitflow.core.prediction.FeatureSet;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.ml.bundle.FeatureMapping;
import dev.traitflow.ml.bundle.FeatureMapping.Column;
import dev.traitflow.ml.bundle.ScoringFunction;
import dev.traitflow.ml.training.RowSurvey.Count;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tribuo.Tribuo;

/**
 * What people should know about a model: where it comes from, what it was fed, which gates the data
 * passed, how it did on later data and beside simple opponents. Numbers that cannot be told are
 * null.
 *
 * @param cost the regularisation that was chosen
 * @param costsTried how many were tried
 */
record ModelCard(
    PredictionDefinition definition,
    RowSurvey survey,
    FeatureMapping mapping,
    long seed,
    long now,
    double cost,
    int costsTried) {

  private static final int EVENTS_SHOWN = 10;

  ObjectNode toJson(
      List<Check> checks,
      Evaluation evaluation,
      ScoringFunction function,
      int rowsUsed,
      int population) {
    ObjectNode card = JsonNodeFactory.instance.objectNode();
    card.put("prediction", definition.key()).put("seed", seed);
    card.set("definition", definition.toJson());
    card.put("model", definition.isProbability() ? "logistic regression" : "two-stage linear");
    card.put("as_of", Instant.ofEpochMilli(now).toString());
    data(card, rowsUsed, population);
    for (Check check : checks) {
      ObjectNode gate = card.withArray("gates").addObject();
      gate.put("code", check.code()).put("passed", check.passed());
      gate.put("sentence", check.sentence());
      numbers(gate.putObject("numbers"), check.numbers());
    }
    card.put("quality", evaluation.main().quality());
    ObjectNode metrics = card.putObject("metrics");
    numbers(metrics.putObject("model"), evaluation.model());
    evaluation.baselines().forEach((name, values) -> numbers(metrics.putObject(name), values));
    double margin = evaluation.main().margin();
    if (!Double.isNaN(margin)) {
      card.put("auc_low", evaluation.main().value() - margin);
      card.put("auc_high", Math.min(1, evaluation.main().value() + margin));
    }
    for (double[] decile : evaluation.deciles()) {
      ObjectNode row = card.withArray("deciles").addObject();
      row.put("rows", (int) decile[0]).put("mean_score", decile[1]).put("mean_truth", decile[2]);
    }
    evaluation.warnings().forEach(card.putArray("warnings")::add);
    contributions(card, function);
    ObjectNode method = card.putObject("method");
    method.put("cost", cost).put("configurations_tried", costsTried);
    method.put("calibration_intercept", function.calibration().intercept());
    method.put("calibration_slope", function.calibration().slope());
    method.put("columns", mapping.columns().size()).put("feature_set", FeatureSet.HASH);
    card.putObject("libraries").put("tribuo", Tribuo.VERSION);
    return card.put(
        "note",
        "Features use today's identity. Custom traits are no features yet. Metrics are those of a"
            + " model fitted on older rows only; the stored one was fitted on all closed rows.");
  }

  private void data(ObjectNode card, int rowsUsed, int population) {
    SortedMap<Long, Count> counts = survey.counts();
    ObjectNode data = card.putObject("data");
    data.put("split", survey.isSplitByTime() ? "time" : "profiles");
    data.put("rows_used", rowsUsed).put("population", population);
    data.put("labels_from", Instant.ofEpochMilli(counts.firstKey()).toString());
    long end = counts.lastKey() + definition.window();
    data.put("labels_to", Instant.ofEpochMilli(end).toString());
    counts.forEach(
        (cutoff, count) -> {
          ObjectNode row = data.withArray("cutoffs").addObject();
          row.put("cutoff", Instant.ofEpochMilli(cutoff).toString());
          row.put("used_for", use(cutoff)).put("rows", count.rows);
          row.put("label_rate", count.positives / (double) count.rows);
        });
  }

  private String use(long cutoff) {
    if (cutoff == survey.evaluationCutoff()) {
      return "evaluation";
    }
    return survey.isTraining(cutoff) ? "training" : "last fit";
  }

  /** Events by their share of the standardised weights; each column weighs the same scale. */
  private void contributions(ObjectNode card, ScoringFunction function) {
    Map<String, Double> weights = new TreeMap<>();
    double total = 0;
    List<Column> columns = mapping.columns();
    for (int i = 0; i < columns.size(); i++) {
      double weight = Math.abs(function.chance().weights()[i]);
      total += weight;
      weights.merge(columns.get(i).block(), weight, Double::sum);
    }
    double sum = total == 0 ? 1 : total;
    weights.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .limit(EVENTS_SHOWN)
        .forEach(
            entry ->
                card.withArray("contributions")
                    .addObject()
                    .put("event", entry.getKey())
                    .put("weight", entry.getValue() / sum));
  }

  private static void numbers(ObjectNode into, Map<String, Double> numbers) {
    numbers.forEach(
        (name, value) -> {
          if (Double.isFinite(value)) {
            into.put(name, value);
          } else {
            into.putNull(name);
          }
        });
  }
}
