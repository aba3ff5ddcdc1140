package dev.traitflow.ml.training;

import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.ml.bundle.Member;
import dev.traitflow.ml.bundle.Member.Kind;
import dev.traitflow.ml.customerbase.CustomerBaseModel;
import dev.traitflow.ml.model.FeatureMapping;
import dev.traitflow.ml.model.Predictor;
import java.util.Arrays;

/** Fits the members of a prediction's model on rows that are mapped already. */
final class MemberTraining {
  private static final double CAP_QUANTILE = 0.999;

  private final PredictionDefinition definition;
  private final FeatureMapping mapping;
  private final TribuoTraining tribuo;

  MemberTraining(PredictionDefinition definition, FeatureMapping mapping, long seed, long now) {
    this.definition = definition;
    this.mapping = mapping;
    this.tribuo = new TribuoTraining(mapping.names(), seed, now);
  }

  /**
   * A linear member.
   *
   * @param cost the larger, the freer the weights; for both kinds of score on the same scale
   */
  Member linear(TrainingTable table, double cost) {
    if (definition.isProbability()) {
      return member(Kind.LINEAR, tribuo.logistic(table.features(), table.outcomes(), cost));
    }
    double[] amounts = capped(table);
    double unit = unit(amounts);
    // LibLinear weighs the penalty against the sum over rows, XGBoost against their mean.
    double penalty = 1 / (cost * table.size());
    return member(
        Kind.LINEAR,
        tribuo.poisson(table.features(), divide(amounts, unit), penalty, Math.log(unit)));
  }

  /** Boosted trees. */
  Member trees(TrainingTable table, int rounds) {
    if (definition.isProbability()) {
      return member(Kind.TREES, tribuo.chanceTrees(table.features(), table.outcomes(), rounds));
    }
    double[] amounts = capped(table);
    double unit = unit(amounts);
    return member(
        Kind.TREES,
        tribuo.amountTrees(table.features(), divide(amounts, unit), rounds, Math.log(unit)));
  }

  /** The customer-base model, which is in the mapping already. */
  Member customerBase() {
    return Member.customerBase(definition, mapping);
  }

  /** True if {@link #customerBase} has a column to answer from. */
  boolean hasCustomerBase() {
    String wanted =
        definition.isProbability() ? CustomerBaseModel.SILENCE : CustomerBaseModel.SPEND;
    return mapping.columns().stream().anyMatch(column -> column.feature().equals(wanted));
  }

  /** What a member says about each row. */
  static double[] margins(Member member, TrainingTable table) {
    return table.rows().stream()
        .mapToDouble(row -> member.predictor().apply(row.features()))
        .toArray();
  }

  /** The amount that only one row in a thousand exceeds; some outliers would decide everything. */
  static double cap(TrainingTable table) {
    double[] sorted = table.labels();
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil((sorted.length - 1) * CAP_QUANTILE)];
  }

  private static double[] capped(TrainingTable table) {
    double max = cap(table);
    return Arrays.stream(table.labels()).map(label -> Math.max(0, Math.min(max, label))).toArray();
  }

  private static Member member(Kind kind, Predictor predictor) {
    return new Member(kind, 1, predictor);
  }

  private static double unit(double[] amounts) {
    double sum = Arrays.stream(amounts).sum();
    return sum > 0 ? sum / amounts.length : 1;
  }

  private static double[] divide(double[] amounts, double unit) {
    return Arrays.stream(amounts).map(amount -> amount / unit).toArray();
  }
}
