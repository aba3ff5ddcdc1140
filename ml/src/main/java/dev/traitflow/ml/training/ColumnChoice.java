package dev.traitflow.ml.training;

import dev.traitflow.core.prediction.FeatureSet;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.ml.customerbase.CustomerBaseModel;
import dev.traitflow.ml.model.FeatureMapping;
import dev.traitflow.ml.model.FeatureMapping.Column;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which features a model may look at: all about the targets and the totals, a few about each other
 * frequent event, and the frequent numeric and boolean traits.
 */
final class ColumnChoice {
  /**
   * Columns that differ less are dropped: on logarithms this is one part in a hundred. A tenure
   * that is the same for everybody but for milliseconds would be stretched a million times, and the
   * next window's tenure with it.
   */
  private static final double DEVIATION_MIN = 0.01;

  private static final List<String> OTHER_EVENT_FEATURES =
      List.of(
          "count",
          "count_7d",
          "count_30d",
          "count_90d",
          "count_365d",
          "active_days",
          "days_since_last",
          "overdue",
          "trend_30d",
          "amount_sum",
          "amount_90d");

  private ColumnChoice() {}

  /**
   * The columns of a prediction. If events are excluded the totals are left out, since those events
   * are part of them, and totals without them would be other totals for each prediction.
   *
   * @param frequent event names to look at beside the targets
   * @param traits keys of the traits to look at
   * @param withBase whether there is a customer-base model to ask
   * @return sorted by name, as Tribuo sorts them
   */
  static List<Column> columns(
      PredictionDefinition definition,
      List<String> frequent,
      List<String> traits,
      boolean withBase) {
    List<Column> columns = new ArrayList<>();
    if (withBase) {
      columns.addAll(baseColumns(definition));
    }
    boolean any = definition.events().contains(PredictionDefinition.ANY_EVENT);
    // A single event's block says all that the totals say.
    boolean onlyEvent = frequent.size() == 1 && definition.events().contains(frequent.get(0));
    if (definition.excludedEvents().isEmpty() && !onlyEvent) {
      addAll(columns, FeatureMapping.TOTALS, FeatureSet.PROFILE_FEATURES);
      columns.add(new Column(FeatureMapping.TOTALS, FeatureMapping.REPEATED));
    }
    for (String target : definition.events()) {
      if (!any && !isExcluded(definition, target)) {
        addAll(columns, target, FeatureSet.EVENT_FEATURES);
        columns.add(new Column(target, FeatureMapping.HAPPENED));
        columns.add(new Column(target, FeatureMapping.REPEATED));
      }
    }
    for (String name : frequent) {
      if (!definition.events().contains(name) && !isExcluded(definition, name)) {
        addAll(columns, name, OTHER_EVENT_FEATURES);
        columns.add(new Column(name, FeatureMapping.HAPPENED));
      }
    }
    for (String trait : traits) {
      columns.add(Column.ofTrait(trait, FeatureMapping.TRAIT_VALUE));
      columns.add(Column.ofTrait(trait, FeatureMapping.TRAIT_SET));
    }
    columns.sort(Comparator.comparing(Column::name));
    return columns;
  }

  /** The answers of the customer-base model about the first target; none if that is excluded. */
  static List<Column> baseColumns(PredictionDefinition definition) {
    String target = definition.events().get(0);
    boolean any = target.equals(PredictionDefinition.ANY_EVENT);
    if (any ? !definition.excludedEvents().isEmpty() : isExcluded(definition, target)) {
      return List.of();
    }
    String block = any ? FeatureMapping.TOTALS : target;
    List<Column> columns = new ArrayList<>();
    columns.add(new Column(block, CustomerBaseModel.COUNT));
    columns.add(new Column(block, CustomerBaseModel.SILENCE));
    if (!definition.isProbability()) {
      columns.add(new Column(block, CustomerBaseModel.SPEND));
    }
    return columns;
  }

  private static boolean isExcluded(PredictionDefinition definition, String name) {
    return definition.excludedEvents().contains(name);
  }

  /**
   * The mapping that standardises on these rows, which were mapped without scales; columns that are
   * the same everywhere are dropped.
   */
  static FeatureMapping scaled(
      List<Column> columns, double[][] rows, @Nullable CustomerBaseModel base) {
    List<Column> kept = new ArrayList<>();
    List<Double> means = new ArrayList<>();
    List<Double> deviations = new ArrayList<>();
    for (int c = 0; c < columns.size(); c++) {
      double sum = 0;
      for (double[] row : rows) {
        sum += row[c];
      }
      double mean = sum / rows.length;
      double squares = 0;
      for (double[] row : rows) {
        squares += (row[c] - mean) * (row[c] - mean);
      }
      double deviation = Math.sqrt(squares / rows.length);
      if (deviation > DEVIATION_MIN) {
        kept.add(columns.get(c));
        means.add(mean);
        deviations.add(deviation);
      }
    }
    return new FeatureMapping(
        kept,
        means.stream().mapToDouble(Double::doubleValue).toArray(),
        deviations.stream().mapToDouble(Double::doubleValue).toArray(),
        base);
  }

  private static void addAll(List<Column> columns, String block, List<String> features) {
    features.forEach(feature -> columns.add(new Column(block, feature)));
  }
}
