package dev.traitflow.ml.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.ml.evaluation.PlattScaling;
import dev.traitflow.ml.scoring.Score;
import dev.traitflow.ml.scoring.Scorer;
import dev.traitflow.ml.training.PredictionTraining;
import dev.traitflow.ml.training.Shop;
import dev.traitflow.ml.training.TrainingOutcome.Trained;
import dev.traitflow.ml.training.TrainingProgress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.classification.Label;
import org.tribuo.impl.ArrayExample;
import org.tribuo.regression.Regressor;

class ModelBundleTest {
  private static final Shop SHOP = new Shop(800, 4);
  private static final ModelBundle BUY = train("{\"key\":\"buy\",\"kind\":\"purchase\"}");
  private static final ModelBundle SPEND =
      train("{\"key\":\"spend\",\"kind\":\"ltv\",\"window_days\":30}");

  @Test
  void comesBackFromDiskWithTheSameScores(@TempDir Path root) throws IOException {
    for (ModelBundle bundle : List.of(BUY, SPEND)) {
      Path directory = bundle.write(root, "shop");
      ModelBundle loaded = ModelBundle.load(directory);

      String key = bundle.definition().key();
      assertThat(directory).isEqualTo(root.resolve("shop").resolve(key).resolve(bundle.version()));
      assertThat(loaded.version()).isEqualTo(bundle.version());
      assertThat(loaded.definition()).isEqualTo(bundle.definition());
      assertThat(new Scorer(loaded).score(SHOP.blocks()))
          .isEqualTo(new Scorer(bundle).score(SHOP.blocks()));
    }
  }

  @Test
  void writingTwiceChangesNothingAndLeavesNoDraft(@TempDir Path root) throws IOException {
    Path once = SPEND.write(root, "shop");
    Path twice = SPEND.write(root, "shop");

    assertThat(twice).isEqualTo(once);
    try (var files = Files.list(root.resolve("shop").resolve("spend"))) {
      assertThat(files).containsExactly(once);
    }
  }

  @Test
  void aBundleOfOtherFeaturesIsRefusedWithASentence(@TempDir Path root) throws IOException {
    Path directory = BUY.write(root, "shop");
    Path features = directory.resolve("features.json");
    String json = Files.readString(features, StandardCharsets.UTF_8);
    Files.writeString(features, json.replace("\"gap_median\"", "\"gap_middle\""));

    assertThatThrownBy(() -> ModelBundle.load(directory))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("profile features of the bundle")
        .hasMessageContaining("[gap_middle] without [gap_median]")
        .hasMessageContaining("train the prediction again");
  }

  @Test
  void flatWeightsAgreeWithTribuo() {
    String[] names = SPEND.mapping().names().toArray(String[]::new);
    String[] buyNames = BUY.mapping().names().toArray(String[]::new);
    for (FeatureBlock block : SHOP.blocks().subList(0, 300)) {
      double[] row = BUY.mapping().row(block);
      ArrayExample<Label> example =
          new ArrayExample<>(new Label(ModelBundle.POSITIVE), buyNames, row);
      Label theirs =
          Objects.requireNonNull(
              BUY.classifier().predict(example).getOutputScores().get(ModelBundle.POSITIVE));
      assertThat(PlattScaling.sigmoid(BUY.function().chance().apply(row)))
          .isCloseTo(theirs.getScore(), within(1e-6));

      double[] spendRow = SPEND.mapping().row(block);
      double log =
          Objects.requireNonNull(SPEND.amounts())
              .predict(new ArrayExample<>(new Regressor("log amount", 0), names, spendRow))
              .getOutput()
              .getValues()[0];
      LinearWeights flat = Objects.requireNonNull(SPEND.function().amount());
      assertThat(flat.apply(spendRow)).isCloseTo(log, within(1e-6));
    }
  }

  @Test
  void traitsAreThoseOfTheSpecificationAndNullIfNotEligible() {
    PredictionDefinition buy = BUY.definition();
    PredictionDefinition spend = SPEND.definition();

    assertThat(text(buy, new Score("p", true, 1, 0.0712345678, 0.9)))
        .isEqualTo("{\"buy\":0.9,\"buy_probability\":0.071235}");
    assertThat(text(buy, new Score("p", false, 1, 0.07, 0.9)))
        .isEqualTo("{\"buy\":null,\"buy_probability\":null}");
    assertThat(text(spend, new Score("p", true, 1, 1200, 0)))
        .isEqualTo("{\"spend\":0,\"spend_amount\":1200,\"spend_currency\":\"USD\"}");
  }

  private static String text(PredictionDefinition definition, Score score) {
    return new String(Scorer.traitsJson(definition, score), StandardCharsets.UTF_8);
  }

  private static ModelBundle train(String json) {
    PredictionDefinition definition = Shop.definition(json);
    return ((Trained)
            PredictionTraining.train(
                definition,
                SHOP.rows(definition),
                Shop.NOW,
                1,
                SHOP.statistics(),
                true,
                TrainingProgress.NONE))
        .bundle();
  }
}
