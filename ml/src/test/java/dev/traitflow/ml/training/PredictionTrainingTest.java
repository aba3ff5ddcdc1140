package dev.traitflow.ml.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.prediction.DataChecks.Check;
import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.prediction.TrainingRow;
import dev.traitflow.ml.bundle.ModelBundle;
import dev.traitflow.ml.scoring.Score;
import dev.traitflow.ml.scoring.Scorer;
import dev.traitflow.ml.training.TrainingOutcome.Refused;
import dev.traitflow.ml.training.TrainingOutcome.Trained;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PredictionTrainingTest {
  private static final long DAY = PredictionDefinition.DAY;
  private static final PredictionDefinition BUY =
      Shop.definition("{\"key\":\"buy\",\"kind\":\"purchase\",\"window_days\":30}");
  private static final Shop SHOP = new Shop(700, 11);
  private static final List<TrainingRow> ROWS = SHOP.rows(BUY);

  private static final ModelBundle TRAINED = trained(BUY, ROWS, 1);

  @Test
  void findsThePlantedSignalAndBeatsTheBaselines() {
    ModelBundle bundle = TRAINED;

    var metrics = bundle.card().path("metrics");
    assertThat(metrics.at("/model/auc").asDouble()).isGreaterThan(0.75);
    for (String baseline : List.of("constant_rate", "recency", "recency_days_tenure")) {
      assertThat(metrics.at("/model/logloss").asDouble())
          .as(baseline)
          .isLessThan(metrics.path(baseline).path("logloss").asDouble());
    }
    assertThat(bundle.card().path("warnings")).isEmpty();
    assertThat(bundle.card().path("quality").asText()).isIn("Good", "Excellent");
    assertThat(bundle.card().at("/data/split").asText()).isEqualTo("time");
    assertThat(bundle.card().path("gates")).allMatch(gate -> gate.path("passed").asBoolean());
  }

  @Test
  void theSameRowsAndSeedGiveTheSameBitsAndVersion() {
    ModelBundle one = TRAINED;
    ModelBundle two = trained(BUY, ROWS, 1);

    assertThat(two.version()).isEqualTo(one.version()).startsWith("20250701T000000Z-");
    assertThat(new Scorer(two).score(SHOP.blocks()))
        .isEqualTo(new Scorer(one).score(SHOP.blocks()));
  }

  @Test
  void spendIsRightInTotalAndRanksBetterThanThePast() {
    PredictionDefinition spend =
        Shop.definition("{\"key\":\"spend\",\"kind\":\"ltv\",\"window_days\":30}");

    ModelBundle bundle = trained(spend, SHOP.rows(spend), 1);

    var metrics = bundle.card().path("metrics");
    assertThat(metrics.at("/model/total_error").asDouble()).isBetween(-0.15, 0.15);
    assertThat(metrics.at("/model/gini_norm").asDouble())
        .isGreaterThan(metrics.at("/last_period/gini_norm").asDouble());
    assertThat(metrics.at("/model/mae").asDouble())
        .isLessThan(metrics.at("/constant_mean/mae").asDouble());
    assertThat(new Scorer(bundle).score(SHOP.blocks()))
        .allMatch(score -> score.probabilityOrAmount() >= 0);
  }

  @Test
  void ninetyNinePositivesAreRefusedWithTheNumberFound() {
    List<TrainingRow> rows = withPositives(99);

    TrainingOutcome outcome = train(BUY, rows, false);

    assertThat(outcome).isInstanceOf(Refused.class);
    Refused refused = (Refused) outcome;
    assertThat(refused.code()).isEqualTo("too_few_positives");
    assertThat(refused.numbers()).containsEntry("found", 99.0).containsEntry("expected", 100.0);
    assertThat(refused.sentence()).endsWith("got 99 (expected at least 100)");
    assertThat(train(BUY, withPositives(100), false)).isInstanceOf(Trained.class);
  }

  @Test
  void aModelThatDoesNotPredictIsFlaggedOrRefused() {
    String fields =
        "\"key\":\"s\",\"kind\":\"custom\",\"events\":[\"Product Searched\"],"
            + "\"exclude_events\":[\"Product Searched\",\"Product Viewed\",\"Session Started\"],"
            + "\"window_days\":15";
    PredictionDefinition lenient = Shop.definition("{" + fields + "}");
    PredictionDefinition strict = Shop.definition("{" + fields + ",\"refuse_poor\":true}");
    // Customers who left would be a signal: only those active at every cutoff stay.
    List<TrainingRow> rows =
        SHOP.rows(lenient).stream()
            .filter(row -> Math.floorMod(row.features().profile().hashCode(), 7) != 0)
            .toList();

    TrainingOutcome flagged = train(lenient, shuffledLabels(rows, "s"), false);
    TrainingOutcome refused = train(strict, shuffledLabels(rows, "s"), false);

    assertThat(flagged).isInstanceOf(Trained.class);
    assertThat(((Trained) flagged).bundle().card().path("quality").asText()).isEqualTo("Poor");
    assertThat(flagged.checks()).extracting(Check::code).contains("model_not_predictive");
    assertThat(((Refused) refused).code()).isEqualTo("model_not_predictive");
  }

  @Test
  void openWindowsAndUnknownProfilesAreNotLearntFrom() {
    List<TrainingRow> rows = new ArrayList<>(ROWS);
    for (TrainingRow row : ROWS) {
      TreeMap<String, Double> wrong = new TreeMap<>();
      wrong.put("buy", 0.0);
      FeatureBlock block = row.features();
      if (row.cutoff() == Shop.NOW) {
        rows.add(new TrainingRow(block, row.cutoff(), wrong));
      } else {
        FeatureBlock unknown =
            new FeatureBlock(
                "shop", block.profile(), block.at(), false, block.totals(), block.events());
        rows.add(new TrainingRow(unknown, row.cutoff(), wrong));
      }
    }

    assertThat(new Scorer(trained(BUY, rows, 1)).score(SHOP.blocks()))
        .isEqualTo(new Scorer(TRAINED).score(SHOP.blocks()));
  }

  @Test
  void excludedEventsHaveNoInfluence() {
    PredictionDefinition without =
        Shop.definition(
            "{\"key\":\"buy\",\"kind\":\"purchase\",\"exclude_events\":[\"Product Viewed\"]}");
    ModelBundle bundle = trained(without, ROWS, 1);
    List<FeatureBlock> changed = new ArrayList<>();
    for (FeatureBlock block : SHOP.blocks()) {
      TreeMap<String, double[]> events = new TreeMap<>(block.events());
      events.remove("Product Viewed");
      changed.add(
          new FeatureBlock("shop", block.profile(), block.at(), true, block.totals(), events));
    }

    assertThat(new Scorer(bundle).score(changed))
        .isEqualTo(new Scorer(bundle).score(SHOP.blocks()));
    assertThat(bundle.mapping().names()).noneMatch(name -> name.startsWith("*/"));
  }

  @Test
  void aShortHistoryIsSplitByProfilesWhenGatesAreIgnored() {
    long newest = Shop.NOW - BUY.window();
    List<TrainingRow> rows = ROWS.stream().filter(row -> row.cutoff() == newest).toList();

    Trained outcome = (Trained) train(BUY, rows, true);

    assertThat(outcome.bundle().card().at("/data/split").asText()).isEqualTo("profiles");
  }

  @Test
  void noRowsAreARefusalAndNoFailure() {
    assertThat(train(BUY, List.of(), true)).isInstanceOf(Refused.class);
    assertThat(train(BUY, List.of(), false)).isInstanceOf(Refused.class);
  }

  @Test
  void cutoffsLieInThePastAndWithinTheHistory() {
    long now = Shop.NOW;

    assertThat(PredictionTraining.cutoffs(BUY, now, now - 200 * DAY, Long.MAX_VALUE))
        .containsExactly(
            now,
            now - 30 * DAY,
            now - 45 * DAY,
            now - 60 * DAY,
            now - 75 * DAY,
            now - 90 * DAY,
            now - 105 * DAY,
            now - 120 * DAY,
            now - 135 * DAY,
            now - 150 * DAY,
            now - 165 * DAY);
    assertThat(PredictionTraining.cutoffs(BUY, now, now - 40 * DAY, Long.MAX_VALUE))
        .containsExactly(now, now - 30 * DAY);
    assertThat(PredictionTraining.cutoffs(BUY, now, now, Long.MAX_VALUE)).containsExactly(now);
  }

  @Test
  void aSmallSpaceIsLookedAtInMoreAndOlderWindows() {
    PredictionDefinition churn =
        Shop.definition(
            "{\"key\":\"gone\",\"kind\":\"churn\",\"event\":\"Cart Viewed\",\"window_days\":90}");
    long now = Shop.NOW;
    long begun = now - 1500 * DAY;

    List<Long> small = PredictionTraining.cutoffs(churn, now, begun, 10_000);
    List<Long> large = PredictionTraining.cutoffs(churn, now, begun, 10_001);

    assertThat(large).hasSize(2 + 3 + 8).startsWith(now, now - 90 * DAY, now - 120 * DAY);
    assertThat(small).hasSize(2 + 6 + 8 + 24).startsWith(now, now - 90 * DAY, now - 105 * DAY);
    assertThat(small).endsWith(now - (90 + 14 * 15 + 24 * 30) * DAY);
    assertThat(PredictionTraining.cutoffs(churn, now, begun, Long.MAX_VALUE)).isEqualTo(large);
    assertThat(PredictionTraining.cutoffs(churn, now, now - 150 * DAY, 10))
        .containsExactly(now, now - 90 * DAY, now - 105 * DAY);
  }

  @Test
  void percentilesAreSharesOfThePopulation() {
    ModelBundle bundle = TRAINED;

    List<Score> scores = new Scorer(bundle).score(SHOP.blocks());
    List<Score> eligible = scores.stream().filter(Score::eligible).toList();

    for (Score score : eligible.subList(0, 50)) {
      long lower = eligible.stream().filter(other -> other.raw() < score.raw()).count();
      assertThat(score.percentile()).isEqualTo(Math.min(99, lower * 100 / eligible.size()) / 100.0);
    }
  }

  private static List<TrainingRow> withPositives(int wanted) {
    int[] seen = {0};
    return ROWS.stream()
        .filter(
            row ->
                row.cutoff() != Shop.NOW - BUY.window()
                    || row.labels().getOrDefault("buy", 0.0) == 0
                    || seen[0]++ < wanted)
        .toList();
  }

  private static List<TrainingRow> shuffledLabels(List<TrainingRow> rows, String key) {
    return rows.stream()
        .map(
            row -> {
              TreeMap<String, Double> labels = new TreeMap<>(row.labels());
              int noise = (row.features().profile() + row.cutoff()).hashCode() * 0x9E3779B9;
              labels.computeIfPresent(key, (name, label) -> noise < 0 ? 1.0 : 0.0);
              return new TrainingRow(row.features(), row.cutoff(), labels);
            })
        .toList();
  }

  static ModelBundle trained(PredictionDefinition definition, List<TrainingRow> rows, long seed) {
    TrainingOutcome outcome =
        PredictionTraining.train(
            definition, rows, Shop.NOW, seed, SHOP.statistics(), false, TrainingProgress.NONE);
    assertThat(outcome).as("%s", outcome).isInstanceOf(Trained.class);
    return ((Trained) outcome).bundle();
  }

  private static TrainingOutcome train(
      PredictionDefinition definition, List<TrainingRow> rows, boolean ignoreGates) {
    return PredictionTraining.train(
        definition, rows, Shop.NOW, 1, SHOP.statistics(), ignoreGates, TrainingProgress.NONE);
  }
}
