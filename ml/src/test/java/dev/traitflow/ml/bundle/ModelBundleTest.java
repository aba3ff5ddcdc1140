package dev.traitflow.ml.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traitflow.core.prediction.PredictionDefinition;
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
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
  void aBundleOfTheFormatBeforeIsRefusedWithASentence(@TempDir Path root) throws IOException {
    Path directory = BUY.write(root, "shop");
    Path features = directory.resolve("features.json");
    String json = Files.readString(features, StandardCharsets.UTF_8);
    Files.writeString(features, json.replaceFirst("\"format\" : 2,", ""));

    assertThatThrownBy(() -> ModelBundle.load(directory))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("format of the bundle: got 1 (expected 2); train the prediction again");
  }

  /** Torn, or changed in any byte: refused, or read as other numbers, but always at an end. */
  @Test
  void damagedModelsAreRefusedOrScoreButNeverHang(@TempDir Path root) throws IOException {
    Path directory = BUY.write(root, "shop");
    Path file = directory.resolve("members.bin");
    byte[] whole = Files.readAllBytes(file);
    double[] row = BUY.mapping().row(SHOP.blocks().get(0));
    Random random = new Random(3);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] damaged =
          i % 3 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
      if (i % 3 != 0) {
        damaged[random.nextInt(Math.min(whole.length, i < 150 ? 200 : whole.length))] ^=
            (byte) (1 << random.nextInt(8));
      }
      Files.write(file, damaged);
      try {
        double unusedBecauseDamaged = ModelBundle.load(directory).function().raw(row);
      } catch (IllegalArgumentException | ArithmeticException expected) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThanOrEqualTo(100);
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
