package dev.traitflow.ml.training;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.prediction.DataChecks.Check;
import dev.traitflow.core.prediction.FeatureSet;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.ml.bundle.Calibrations;
import dev.traitflow.ml.bundle.Member;
import dev.traitflow.ml.bundle.ScoringFunction;
import dev.traitflow.ml.customerbase.CustomerBaseModel;
import dev.traitflow.ml.model.FeatureMapping;
import dev.traitflow.ml.model.FeatureMapping.Column;
import dev.traitflow.ml.model.TrainingTable;
import dev.traitflow.ml.training.Candidates.Choice;
import dev.traitflow.ml.training.RowSurvey.Count;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tribuo.Tribuo;

/**
 * What people should know about a model: where it comes from, what it was fed, which gates the data
 * passed, how it did on later data and beside simple opponents. Numbers that cannot be told are
 * null.
 *
 * @param tried how many configurations were compared
 */
record ModelCard(
    PredictionDefinition definition,
    RowSurvey survey,
    FeatureMapping mapping,
    long seed,
    long now,
    int tried) {

  private static final int EVENTS_SHOWN = 10;
  private static final int CONTRIBUTION_ROWS = 1000;

  /** The card of a model that was chosen and measured on labels. */
  ObjectNode toJson(
      List<Check> checks,
      Evaluation evaluation,
      ScoringFunction function,
      TrainingTable rows,
      int population,
      Map<String, Double> losses,
      Choice choice) {
    ObjectNode card = head(checks, function);
    card.put("label_free", false);
    data(card, rows, population);
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
    contributions(card, function, rows);
    ObjectNode method = method(card, function);
    choice.parts().forEach(part -> part.candidate().put(method));
    method.put("configurations_tried", tried);
    numbers(method.putObject("losses"), losses);
    return card.put(
        "note",
        "Features use today's identity. Metrics are those of"
            + " models fitted on older rows only, each half of the profiles scored by what the"
            + " other half chose; the stored model was fitted on all closed rows. The few"
            + " parameters of the customer-base model were fitted at the present.");
  }

  /** The card of the customer-base model where there are no labels. */
  ObjectNode labelFree(List<Check> checks, ScoringFunction function, int population) {
    ObjectNode card = head(checks, function);
    card.put("label_free", true).put("quality", "Unknown");
    card.putObject("data").put("population", population);
    card.putArray("warnings")
        .add(
            "History is shorter than two windows, so there are no labels to learn from or to"
                + " measure on: the customer-base model answers alone.");
    card.withArray("contributions")
        .addObject()
        .put("event", mapping.columns().get(0).block())
        .put("weight", 1);
    method(card, function).put("configurations_tried", tried);
    return card;
  }

  private ObjectNode head(List<Check> checks, ScoringFunction function) {
    ObjectNode card = JsonNodeFactory.instance.objectNode();
    card.put("prediction", definition.key()).put("seed", seed);
    card.set("definition", definition.toJson());
    for (Member member : function.members()) {
      ObjectNode one = card.withArray("members").addObject();
      one.put("kind", member.family().name()).put("share", member.weight());
    }
    card.put("model", function.members().size() > 1 ? "blend" : only(function));
    card.put("as_of", Instant.ofEpochMilli(now).toString());
    for (Check check : checks) {
      ObjectNode gate = card.withArray("gates").addObject();
      gate.put("code", check.code()).put("passed", check.passed());
      gate.put("sentence", check.sentence());
      numbers(gate.putObject("numbers"), check.numbers());
    }
    return card;
  }

  private static String only(ScoringFunction function) {
    return function.members().get(0).family().name();
  }

  private ObjectNode method(ObjectNode card, ScoringFunction function) {
    ObjectNode method = card.putObject("method");
    if (definition.isProbability()) {
      Calibrations.toJson(function.calibration(), method.putObject("calibration"));
    } else {
      method.put("level_factor", function.amountFactor());
    }
    CustomerBaseModel base = mapping.base();
    if (base != null) {
      base.toJson(method.putObject("customer_base"));
      base.bounds().forEach(method.putArray("customer_base_at_bounds")::add);
    }
    method.put("columns", mapping.columns().size()).put("feature_set", FeatureSet.HASH);
    card.putObject("libraries").put("tribuo", Tribuo.VERSION);
    return method;
  }

  private void data(ObjectNode card, TrainingTable rows, int population) {
    SortedMap<Long, Count> counts = survey.counts();
    ObjectNode data = card.putObject("data");
    data.put("split", survey.isSplitByTime() ? "time" : "profiles");
    data.put("rows_used", rows.size()).put("population", population);
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

  /**
   * Events by how much of the score's movement is theirs: how far the score moves, on average over
   * rows, when the event's columns are set to their means. Weights are shares of what single events
   * move and add up to 1 over those shown; what the totals over all events and custom traits move
   * is no event's and stands beside them, as a share of everything.
   */
  private void contributions(ObjectNode card, ScoringFunction function, TrainingTable rows) {
    Map<String, Double> moved = movements(function, rows, false);
    double traits = sum(movements(function, rows, true).values());
    double everything = Math.max(Double.MIN_NORMAL, sum(moved.values()) + traits);
    @Nullable Double totals = moved.remove(FeatureMapping.TOTALS);
    List<Map.Entry<String, Double>> shown =
        moved.entrySet().stream()
            .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
            .limit(EVENTS_SHOWN)
            .toList();
    double sum = sum(shown.stream().map(Map.Entry::getValue).toList());
    ArrayNode list = card.putArray("contributions");
    for (Map.Entry<String, Double> entry : shown) {
      if (entry.getValue() > 0) {
        list.addObject().put("event", entry.getKey()).put("weight", entry.getValue() / sum);
      }
    }
    card.put("contribution_of_totals", totals == null ? 0 : totals / everything);
    card.put("contribution_of_traits", traits / everything);
  }

  private static double sum(Collection<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).sum();
  }

  private Map<String, Double> movements(
      ScoringFunction function, TrainingTable rows, boolean ofTraits) {
    Map<String, Double> moved = new TreeMap<>();
    List<Column> columns = mapping.columns();
    int step = Math.max(1, rows.size() / CONTRIBUTION_ROWS);
    for (int i = 0; i < rows.size(); i += step) {
      double[] row = rows.rows().get(i).features();
      double score = function.raw(row);
      int from = 0;
      while (from < row.length) {
        String block = columns.get(from).block();
        double[] without = row.clone();
        int to = from;
        while (to < row.length && columns.get(to).block().equals(block)) {
          without[to++] = 0;
        }
        if (columns.get(from).isOfTrait() == ofTraits) {
          moved.merge(block, Math.abs(score - function.raw(without)), Double::sum);
        }
        from = to;
      }
    }
    return moved;
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
