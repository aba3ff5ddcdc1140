package dev.traitflow.ml.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.prediction.TrainingRow;
import dev.traitflow.ml.bundle.ModelBundle;
import dev.traitflow.ml.scoring.Score;
import dev.traitflow.ml.scoring.Scorer;
import dev.traitflow.ml.training.TrainingOutcome.Trained;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Custom traits as inputs of models. */
class TraitFeaturesTest {
  private static final Shop SHOP = new Shop(1500, 3);
  private static final PredictionDefinition BUY =
      Shop.definition("{\"key\":\"buy\",\"kind\":\"purchase\",\"exclude_traits\":[\"secret\"]}");
  private static final List<TrainingRow> ROWS =
      SHOP.rows(BUY).stream()
          .map(row -> row(row, Map.of("points", points(row), "secret", points(row))))
          .toList();
  private static final ModelBundle TRAINED = train(ROWS);

  @Test
  void aTraitThatTellsIsAnInput(@TempDir Path root) throws IOException {
    assertThat(TRAINED.mapping().names())
        .contains("trait:points/trait_value")
        .noneMatch(name -> name.contains("secret"));
    FeatureBlock block = SHOP.blocks().get(0);
    Scorer scorer = new Scorer(ModelBundle.load(TRAINED.write(root, "shop")));
    double many = scorer.score(block(block, Map.of("points", 500.0))).raw();
    double none = scorer.score(block(block, Map.of("points", 0.0))).raw();

    assertThat(many).isGreaterThan(none);
    assertThat(new Scorer(TRAINED).score(block(block, Map.of("points", 500.0))).raw())
        .isEqualTo(many);
  }

  @Test
  void aMissingTraitIsNotATraitThatIsZero() {
    FeatureBlock block = SHOP.blocks().get(0);
    int value = TRAINED.mapping().names().indexOf("trait:points/trait_value");
    double[] missing = TRAINED.mapping().row(block);
    double[] zero = TRAINED.mapping().row(block(block, Map.of("points", 0.0)));

    assertThat(missing[value]).isEqualTo(zero[value]);
    assertThat(missing).isNotEqualTo(zero);
  }

  @Test
  void anExcludedTraitHasNoInfluenceOnTrainingAndScoring() {
    List<TrainingRow> changed =
        ROWS.stream().map(row -> row(row, Map.of("points", points(row), "secret", -7.0))).toList();

    ModelBundle other = train(changed);

    assertThat(other.version()).isEqualTo(TRAINED.version());
    List<FeatureBlock> blocks = SHOP.blocks();
    List<Score> with =
        new Scorer(other)
            .score(blocks.stream().map(block -> block(block, Map.of("secret", 9.0))).toList());
    assertThat(with).isEqualTo(new Scorer(TRAINED).score(blocks));
  }

  /** Its block, its part in the totals and even how often it is there may be anything. */
  @Test
  void anExcludedEventHasNoInfluenceOnTraining() {
    PredictionDefinition without =
        Shop.definition(
            "{\"key\":\"buy\",\"kind\":\"purchase\",\"exclude_events\":[\"Product Searched\"]}");
    List<TrainingRow> changed = ROWS.stream().map(TraitFeaturesTest::withoutSearches).toList();

    assertThat(train(without, changed).version()).isEqualTo(train(without, ROWS).version());
  }

  private static TrainingRow withoutSearches(TrainingRow row) {
    FeatureBlock block = row.features();
    TreeMap<String, double[]> events = new TreeMap<>(block.events());
    events.remove("Product Searched");
    double[] totals = block.totals().clone();
    for (int i = 0; i < totals.length; i++) {
      totals[i] += i;
    }
    FeatureBlock other =
        new FeatureBlock(
            block.space(),
            block.profile(),
            block.at(),
            block.known(),
            totals,
            events,
            block.traits(),
            List.of(),
            List.of());
    return new TrainingRow(other, row.cutoff(), row.labels());
  }

  /** Known of two thirds; those who will buy have more, which no event tells. */
  private static double points(TrainingRow row) {
    double label = row.labels().getOrDefault("buy", 0.0);
    int noise = Math.floorMod((row.features().profile() + row.cutoff()).hashCode(), 300);
    return noise + 200 * label;
  }

  private static TrainingRow row(TrainingRow row, Map<String, Double> traits) {
    boolean has = Math.floorMod(row.features().profile().hashCode(), 3) > 0;
    return new TrainingRow(
        has ? block(row.features(), traits) : row.features(), row.cutoff(), row.labels());
  }

  private static FeatureBlock block(FeatureBlock block, Map<String, Double> traits) {
    return new FeatureBlock(
        block.space(),
        block.profile(),
        block.at(),
        block.known(),
        block.totals(),
        block.events(),
        new TreeMap<>(traits),
        List.of(),
        List.of());
  }

  private static ModelBundle train(List<TrainingRow> rows) {
    return train(BUY, rows);
  }

  private static ModelBundle train(PredictionDefinition definition, List<TrainingRow> rows) {
    TrainingOutcome outcome =
        PredictionTraining.train(
            definition, rows, Shop.NOW, 1, SHOP.statistics(), false, TrainingProgress.NONE);
    assertThat(outcome).as("%s", outcome).isInstanceOf(Trained.class);
    return ((Trained) outcome).bundle();
  }
}
