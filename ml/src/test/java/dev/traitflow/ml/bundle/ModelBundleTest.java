package dev.traitflow.ml.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.classification.Label;
import org.tribuo.common.liblinear.LibLinearModel;
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
  void everyFlatMemberAgreesWithTribuo() {
    for (ModelBundle bundle : List.of(BUY, SPEND)) {
      assertThat(bundle.function().members())
          .extracting(Member::kind)
          .contains(Member.Kind.LINEAR, Member.Kind.TREES);
      String[] names = bundle.mapping().names().toArray(String[]::new);
      for (Member member : bundle.function().members()) {
        Model<?> model = member.model();
        if (model == null) {
          assertThat(member.kind()).isEqualTo(Member.Kind.CUSTOMER_BASE);
          continue;
        }
        List<double[]> rows =
            SHOP.blocks().subList(0, 300).stream().map(bundle.mapping()::row).toList();
        List<Double> theirs = predict(model, names, rows);
        for (int i = 0; i < rows.size(); i++) {
          double flat = member.predictor().apply(rows.get(i)) - member.offset();
          double ours = bundle == BUY ? PlattScaling.sigmoid(flat) : Math.exp(flat);
          assertThat(ours)
              .as("%s %s", bundle.definition().key(), member.kind())
              .isCloseTo(theirs.get(i), within(1e-6 * Math.max(1, theirs.get(i))));
        }
      }
    }
  }

  /** What the model itself says: the chance, or the amount in units of its training's mean. */
  private static List<Double> predict(Model<?> model, String[] names, List<double[]> rows) {
    if (model instanceof LibLinearModel<?> linear) {
      List<Example<Label>> examples = new ArrayList<>();
      rows.forEach(
          row -> examples.add(new ArrayExample<>(new Label(ModelBundle.POSITIVE), names, row)));
      return linear.castModel(Label.class).predict(examples).stream()
          .map(each -> each.getOutputScores().get(ModelBundle.POSITIVE))
          .map(label -> Objects.requireNonNull(label).getScore())
          .toList();
    }
    List<Example<Regressor>> examples = new ArrayList<>();
    rows.forEach(row -> examples.add(new ArrayExample<>(new Regressor("value", 0), names, row)));
    return model.castModel(Regressor.class).predict(examples).stream()
        .map(each -> each.getOutput().getValues()[0])
        .toList();
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
