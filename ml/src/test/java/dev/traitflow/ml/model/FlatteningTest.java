package dev.traitflow.ml.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.traitflow.ml.evaluation.PlattScaling;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.liblinear.LibLinearClassificationTrainer;
import org.tribuo.classification.liblinear.LinearClassificationType;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;

/** What a flat member says is what the library's own model says. */
class FlatteningTest {
  private static final List<String> COLUMNS =
      IntStream.range(0, 12).mapToObj(i -> "column" + (i * 7) % 12).toList();
  private static final OffsetDateTime CREATED =
      OffsetDateTime.ofInstant(Instant.EPOCH, ZoneOffset.UTC);
  private static final double[][] ROWS = rows();

  @Test
  void aLogisticLineAgreesWithTribuo() {
    LabelFactory factory = new LabelFactory();
    MutableDataset<Label> dataset =
        new MutableDataset<>(new SimpleDataSourceProvenance("rows", CREATED, factory), factory);
    for (double[] row : ROWS) {
      String label = truth(row) > 1 ? Flattening.POSITIVE : Flattening.NEGATIVE;
      dataset.add(new ArrayExample<>(new Label(label), names(), row));
    }
    Model<Label> model =
        new LibLinearClassificationTrainer(
                new LinearClassificationType(LinearClassificationType.LinearType.L2R_LR),
                1,
                1000,
                0.01,
                1)
            .train(dataset);
    Predictor flat = Flattening.line(model, COLUMNS);

    for (double[] row : ROWS) {
      Label theirs =
          Objects.requireNonNull(
              model
                  .predict(new ArrayExample<>(new Label(Flattening.POSITIVE), names(), row))
                  .getOutputScores()
                  .get(Flattening.POSITIVE));
      assertThat(PlattScaling.sigmoid(flat.apply(row))).isCloseTo(theirs.getScore(), within(1e-9));
    }
  }

  @Test
  void boostersAgreeWithTribuo() {
    Map<String, Object> trees =
        new HashMap<>(Map.of("objective", "binary:logistic", "base_score", 0.5, "max_depth", 4));
    Model<Regressor> chances = boosted(trees, 60, 1);
    agrees(chances, Flattening.trees(chances, COLUMNS, 0), true);

    Map<String, Object> line =
        new HashMap<>(
            Map.of(
                "objective", "count:poisson",
                "base_score", 1,
                "booster", "gblinear",
                "updater", "coord_descent"));
    Model<Regressor> amounts = boosted(line, 30, 10);
    agrees(amounts, Flattening.boostedLine(amounts, COLUMNS, 0), false);
  }

  private static void agrees(Model<Regressor> model, Predictor flat, boolean isChance) {
    List<Example<Regressor>> examples = new ArrayList<>();
    for (double[] row : ROWS) {
      examples.add(new ArrayExample<>(new Regressor("value", 0), names(), row));
    }
    List<Double> theirs =
        model.predict(examples).stream().map(each -> each.getOutput().getValues()[0]).toList();
    for (int i = 0; i < ROWS.length; i++) {
      double ours = flat.apply(ROWS[i]);
      assertThat(isChance ? PlattScaling.sigmoid(ours) : Math.exp(ours))
          .isCloseTo(theirs.get(i), within(1e-6 * Math.max(1, theirs.get(i))));
    }
  }

  private static Model<Regressor> boosted(Map<String, Object> parameters, int rounds, double most) {
    parameters.put("nthread", 1);
    parameters.put("verbosity", 0);
    RegressionFactory factory = new RegressionFactory();
    MutableDataset<Regressor> dataset =
        new MutableDataset<>(new SimpleDataSourceProvenance("rows", CREATED, factory), factory);
    for (double[] row : ROWS) {
      double truth = Math.min(most, Math.max(0, Math.floor(truth(row))));
      dataset.add(new ArrayExample<>(new Regressor("value", truth), names(), row));
    }
    return new BoostingTrainer(rounds, parameters, CREATED).train(dataset);
  }

  private static double truth(double[] row) {
    return 1 + row[0] + row[3] * row[4] - Math.sin(2 * row[7]);
  }

  private static double[][] rows() {
    Random random = new Random(17);
    return IntStream.range(0, 400)
        .mapToObj(i -> random.doubles(COLUMNS.size()).map(uniform -> 4 * uniform - 2).toArray())
        .toArray(double[][]::new);
  }

  private static String[] names() {
    return COLUMNS.toArray(String[]::new);
  }
}
