package dev.traitflow.ml.training;

import dev.traitflow.ml.bundle.FeatureMapping;
import dev.traitflow.ml.bundle.LinearWeights;
import dev.traitflow.ml.bundle.ModelBundle;
import dev.traitflow.ml.bundle.ScoringFunction;
import dev.traitflow.ml.evaluation.PlattScaling;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.tribuo.Model;
import org.tribuo.classification.Label;
import org.tribuo.regression.Regressor;

/**
 * A chance, and for spend an amount, fitted on one set of rows.
 *
 * @param classifier the chance
 * @param chance its weights
 * @param amounts the logarithm of the amount given that something was spent, or null
 * @param amount its weights, or null
 * @param amountMax amounts above it were cut, and no row is expected to spend more; 0 if no amounts
 */
record FittedModel(
    Model<Label> classifier,
    LinearWeights chance,
    @Nullable Model<Regressor> amounts,
    @Nullable LinearWeights amount,
    double amountMax) {

  private static final double CAP_QUANTILE = 0.999;
  private static final double AMOUNT_COST = 0.1;

  /** Fits on rows of which some have the outcome and some have not. */
  static FittedModel fit(
      LinearTraining training,
      FeatureMapping mapping,
      TrainingTable table,
      double cost,
      boolean withAmounts) {
    Model<Label> classifier = training.classifier(table.features(), table.outcomes(), cost);
    LinearWeights chance = ModelBundle.weights(classifier, mapping);
    if (!withAmounts) {
      return new FittedModel(classifier, chance, null, null, 0);
    }
    TrainingTable spenders = table.where(row -> row.label() > 0);
    double max = cap(spenders.labels());
    double[] logs =
        Arrays.stream(spenders.labels()).map(label -> Math.log(Math.min(max, label))).toArray();
    Model<Regressor> amounts = training.regression(spenders.features(), logs, AMOUNT_COST);
    return new FittedModel(
        classifier, chance, amounts, ModelBundle.amountWeights(amounts, mapping), max);
  }

  /** The log odds of each row. */
  double[] margins(TrainingTable table) {
    return table.rows().stream().mapToDouble(row -> chance.apply(row.features())).toArray();
  }

  /** How rows are scored with this calibration and factor. */
  ScoringFunction function(PlattScaling calibration, double amountFactor) {
    double logMax = amountMax > 0 ? Math.log(amountMax) : 0;
    return new ScoringFunction(chance, calibration, amount, amountFactor, logMax);
  }

  /** The factor that makes the total over these rows right, between 1/5 and 5. */
  double amountFactor(TrainingTable table, PlattScaling calibration) {
    if (amount == null) {
      return 1;
    }
    ScoringFunction plain = function(calibration, 1);
    double actual = 0;
    double expected = 0;
    for (TrainingTable.Row row : table.rows()) {
      actual += Math.min(amountMax, Math.max(0, row.label()));
      expected += plain.raw(row.features());
    }
    return actual > 0 && expected > 0 ? Math.min(5, Math.max(0.2, actual / expected)) : 1;
  }

  private static double cap(double[] amounts) {
    double[] sorted = amounts.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil((sorted.length - 1) * CAP_QUANTILE)];
  }
}
