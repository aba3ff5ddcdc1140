package dev.traitflow.ml.explanation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.prediction.TrainingRow;
import dev.traitflow.ml.bundle.ModelBundle;
import dev.traitflow.ml.bundle.ScoringFunction;
import dev.traitflow.ml.evaluation.Calibration;
import dev.traitflow.ml.model.FlatTrees;
import dev.traitflow.ml.model.ModelFamilies;
import dev.traitflow.ml.training.PredictionTraining;
import dev.traitflow.ml.training.Shop;
import dev.traitflow.ml.training.TrainingOutcome.Trained;
import dev.traitflow.ml.training.TrainingProgress;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Trained bundles of one shop, and variants of them. */
public final class Bundles {
  /** The customers of all bundles. */
  public static final Shop SHOP = new Shop(600, 11);

  /** The chance of an order. */
  public static final ModelBundle BUY = train("{\"key\":\"buy\",\"kind\":\"purchase\"}", false);

  /** The chance of no more views. */
  public static final ModelBundle CHURN =
      train("{\"key\":\"churn\",\"kind\":\"churn\",\"event\":\"Product Viewed\"}", false);

  /** Expected spend. */
  public static final ModelBundle SPEND =
      train("{\"key\":\"spend\",\"kind\":\"ltv\",\"window_days\":30}", false);

  private Bundles() {}

  /** The customer-base model alone: the history is shorter than two windows of 120 days. */
  static ModelBundle labelFree() {
    return train("{\"key\":\"ever\",\"kind\":\"ltv\",\"window_days\":120}", true);
  }

  /** The trees of a bundle. */
  public static FlatTrees trees(ModelBundle bundle) {
    return bundle.function().members().stream()
        .filter(member -> member.family() == ModelFamilies.TREES)
        .map(member -> (FlatTrees) member.predictor())
        .findFirst()
        .orElseThrow();
  }

  /** The same model, calibrated in another way, or cut at another amount. */
  static ModelBundle with(ModelBundle bundle, Calibration calibration, double logAmountMax) {
    ScoringFunction function = bundle.function();
    return ModelBundle.create(
        bundle.definition(),
        bundle.mapping(),
        new ScoringFunction(
            function.members(),
            calibration,
            function.isAmount(),
            function.amountFactor(),
            logAmountMax),
        bundle.population(),
        Shop.NOW,
        JsonNodeFactory.instance.objectNode());
  }

  /** Rows of random numbers, some far out, as wide as a bundle's. */
  public static List<double[]> randomRows(ModelBundle bundle, int count, long seed) {
    Random random = new Random(seed);
    int width = bundle.mapping().columns().size();
    return IntStream.range(0, count)
        .mapToObj(i -> random.doubles(width).map(uniform -> 8 * (uniform - 0.5)).toArray())
        .toList();
  }

  private static ModelBundle train(String json, boolean presentOnly) {
    PredictionDefinition definition = Shop.definition(json);
    List<TrainingRow> rows = SHOP.rows(definition);
    return ((Trained)
            PredictionTraining.train(
                definition,
                presentOnly ? rows.stream().filter(row -> row.cutoff() == Shop.NOW).toList() : rows,
                Shop.NOW,
                1,
                SHOP.statistics(),
                true,
                TrainingProgress.NONE))
        .bundle();
  }
}
