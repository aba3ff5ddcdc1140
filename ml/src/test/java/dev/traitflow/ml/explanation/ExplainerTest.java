package dev.traitflow.ml.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.prediction.FeatureSet;
import dev.traitflow.core.prediction.Labels;
import dev.traitflow.core.prediction.TrainingRow;
import dev.traitflow.ml.bundle.Member;
import dev.traitflow.ml.bundle.ModelBundle;
import dev.traitflow.ml.bundle.ScoringFunction;
import dev.traitflow.ml.evaluation.IsotonicScaling;
import dev.traitflow.ml.evaluation.PlattScaling;
import dev.traitflow.ml.explanation.Explanation.Correction;
import dev.traitflow.ml.explanation.Explanation.EventContribution;
import dev.traitflow.ml.model.FeatureMapping;
import dev.traitflow.ml.model.FeatureMapping.Column;
import dev.traitflow.ml.model.LinearWeights;
import dev.traitflow.ml.model.ModelFamilies;
import dev.traitflow.ml.scoring.Scorer;
import dev.traitflow.ml.training.Shop;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ExplainerTest {
  private static final ModelBundle LABEL_FREE = Bundles.labelFree();

  @Test
  void contributionsAddUpToTheRawScoreOfAnyRow() {
    for (ModelBundle bundle : List.of(Bundles.BUY, Bundles.CHURN, Bundles.SPEND, LABEL_FREE)) {
      Explainer explainer = new Explainer(bundle);
      for (double[] row : Bundles.randomRows(bundle, 1000, 3)) {
        Explainer.RawContributions raw = explainer.raw(row);
        double sum = raw.base();
        for (double each : raw.contributions()) {
          sum += each;
        }
        assertThat(sum)
            .as(bundle.definition().key())
            .isCloseTo(bundle.function().raw(row), within(1e-6));
      }
    }
  }

  @Test
  void anExplanationAddsUpToTheScoreThatIsWritten() {
    ModelBundle steep = Bundles.with(Bundles.BUY, new PlattScaling(-0.4, 1.7), 0);
    IsotonicScaling curve = new IsotonicScaling(List.of(-3.0, -1.0, 0.5), List.of(-4.0, -0.5, 0.0));
    ModelBundle bent = Bundles.with(Bundles.BUY, curve, 0);
    ModelBundle cut = Bundles.with(Bundles.SPEND, PlattScaling.IDENTITY, 2);
    for (ModelBundle bundle :
        List.of(Bundles.BUY, Bundles.CHURN, Bundles.SPEND, LABEL_FREE, steep, bent, cut)) {
      Explainer explainer = new Explainer(bundle);
      Scorer scorer = new Scorer(bundle);
      for (FeatureBlock block : Bundles.SHOP.blocks().subList(0, 200)) {
        Explanation why = explainer.explain(block);
        assertThat(why.score()).isEqualTo(scorer.score(block));
        assertThat(why.sum()).isCloseTo(why.total(), within(1e-6));
        assertThat(why.onTheScoresScale(why.total()))
            .isCloseTo(
                why.score().probabilityOrAmount(),
                within(1e-9 * Math.max(1, why.score().probabilityOrAmount())));
      }
    }
  }

  @Test
  void aStraightCalibrationScalesContributionsAndABentOneStandsBesideThem() {
    FeatureBlock block = Bundles.SHOP.blocks().get(3);
    Explanation plain = explain(Bundles.with(Bundles.BUY, PlattScaling.IDENTITY, 0), block);
    Explanation steep = explain(Bundles.with(Bundles.BUY, new PlattScaling(-0.4, 1.7), 0), block);
    IsotonicScaling curve = new IsotonicScaling(List.of(-3.0, 0.5), List.of(-4.0, 0.0));
    Explanation bent = explain(Bundles.with(Bundles.BUY, curve, 0), block);

    assertThat(steep.correctionBy()).isEqualTo(Correction.NONE);
    assertThat(steep.base()).isCloseTo(1.7 * plain.base() - 0.4, within(1e-12));
    assertThat(steep.events().get(0).contribution())
        .isCloseTo(1.7 * plain.events().get(0).contribution(), within(1e-12));
    assertThat(bent.correctionBy()).isEqualTo(Correction.CALIBRATION);
    assertThat(bent.events()).isEqualTo(plain.events());
    assertThat(bent.correction())
        .isCloseTo(curve.logOdds(plain.total()) - plain.total(), within(1e-12));
  }

  @Test
  void whatIsCutAtTheLargestAmountsIsToldAsACorrection() {
    FeatureBlock block = Bundles.SHOP.blocks().get(3);
    Explanation cut = explain(Bundles.with(Bundles.SPEND, PlattScaling.IDENTITY, -3), block);
    Explanation free = explain(Bundles.with(Bundles.SPEND, PlattScaling.IDENTITY, 700), block);

    assertThat(cut.correctionBy()).isEqualTo(Correction.CAP);
    assertThat(cut.correction()).isNegative();
    assertThat(cut.events()).isEqualTo(free.events());
    assertThat(free.correctionBy()).isEqualTo(Correction.NONE);
  }

  /** XGBoost's cover weighs rows by their second derivative, so that trees are a little off. */
  @Test
  void theBaseValueIsThatOfTheAverageTrainingRow() {
    ModelBundle bundle = Bundles.BUY;
    double[] sum = new double[bundle.mapping().columns().size()];
    double raw = 0;
    int rows = 0;
    for (TrainingRow row : Bundles.SHOP.rows(bundle.definition())) {
      boolean trained = row.cutoff() <= Shop.NOW - 2 * bundle.definition().window();
      if (trained && row.labels().containsKey("buy")) {
        double[] mapped = bundle.mapping().row(row.features());
        for (int i = 0; i < sum.length; i++) {
          sum[i] += mapped[i];
        }
        raw += bundle.function().raw(mapped);
        rows++;
      }
    }
    for (double each : sum) {
      assertThat(each / rows).isCloseTo(0, within(1e-9));
    }
    assertThat(new Explainer(bundle).raw(new double[sum.length]).base())
        .isCloseTo(raw / rows, within(0.1));
  }

  @Test
  void theCustomerBaseModelAloneStartsFromTheAverageOfThePopulation() {
    double mean =
        Bundles.SHOP.blocks().stream()
            .filter(block -> Labels.eligible(LABEL_FREE.definition(), block))
            .mapToDouble(block -> LABEL_FREE.function().raw(LABEL_FREE.mapping().row(block)))
            .average()
            .orElseThrow();

    assertThat(LABEL_FREE.function().members())
        .extracting(Member::family)
        .containsExactly(ModelFamilies.CUSTOMER_BASE);
    double[] row = new double[LABEL_FREE.mapping().columns().size()];
    assertThat(new Explainer(LABEL_FREE).raw(row).base()).isCloseTo(mean, within(1e-9));
  }

  @Test
  void eventsAreWholeAndTheStrongestComesFirst() {
    for (FeatureBlock block : Bundles.SHOP.blocks().subList(0, 50)) {
      Explanation why = explain(Bundles.BUY, block);
      assertThat(why.events())
          .extracting(EventContribution::event)
          .containsExactlyInAnyOrderElementsOf(
              Bundles.BUY.mapping().columns().stream()
                  .map(each -> each.block())
                  .distinct()
                  .toList());
      double before = Double.MAX_VALUE;
      for (EventContribution event : why.events()) {
        assertThat(Math.abs(event.contribution())).isLessThanOrEqualTo(before);
        before = Math.abs(event.contribution());
        assertThat(event.contribution())
            .isCloseTo(
                event.features().stream().mapToDouble(f -> f.contribution()).sum(), within(1e-12));
      }
    }
  }

  /** In the invented shop views foretell orders and searches mean nothing. */
  @Test
  void whatMattersContributesMoreThanWhatDoesNot() {
    TreeMap<String, Double> strength = new TreeMap<>();
    for (FeatureBlock block : Bundles.SHOP.blocks()) {
      for (EventContribution event : explain(Bundles.BUY, block).events()) {
        strength.merge(event.event(), Math.abs(event.contribution()), Double::sum);
      }
    }
    assertThat(strength.get("Product Viewed")).isGreaterThan(strength.get("Product Searched"));
    assertThat(strength.get("Order Completed")).isGreaterThan(strength.get("Session Started"));
  }

  @Test
  void theAnswerTellsValuesInTheirUnitsAndAddsUp() {
    ModelBundle bundle = Bundles.CHURN;
    FeatureBlock block = Bundles.SHOP.blocks().get(3);
    ObjectNode json = ExplanationJson.of(explain(bundle, block), bundle);

    double sum = json.at("/base/value").asDouble();
    JsonNode last = null;
    for (JsonNode event : json.path("events")) {
      sum += event.path("push").asDouble();
      assertThat(event.path("factor").asDouble())
          .isCloseTo(Math.exp(event.path("push").asDouble()), within(1e-12));
      for (JsonNode feature : event.path("features")) {
        boolean wanted =
            event.path("event").asText().equals("Product Viewed")
                && feature.path("feature").asText().equals("days_since_last");
        last = wanted ? feature : last;
      }
    }
    assertThat(1 / (1 + Math.exp(-sum)))
        .isCloseTo(json.at("/score/probability").asDouble(), within(1e-6));
    assertThat(Math.abs(json.at("/sum/difference").asDouble())).isLessThan(1e-6);
    assertThat(last).isNotNull();
    double[] viewed = Objects.requireNonNull(block.events().get("Product Viewed"));
    double stored = viewed[FeatureSet.position("days_since_last")];
    assertThat(last.path("value").asDouble()).isEqualTo(stored);
    assertThat(last.path("words").asText()).isEqualTo("time since the last");
    assertThat(last.path("text").asText()).matches("[0-9.]+ days?");
    assertThat(json.path("model_version").asText()).isEqualTo(bundle.version());
    assertThat(json.at("/text/0").asText())
        .startsWith("Probability of not doing Product Viewed within 30 days is ");
  }

  @Test
  void whatNeverHappenedIsToldAsNever() {
    FeatureBlock nothing =
        FeatureSet.extract("shop", "new", true, List.of(), Bundles.SHOP.blocks().get(0).at());
    ObjectNode json = ExplanationJson.of(explain(Bundles.CHURN, nothing), Bundles.CHURN);

    int never = 0;
    for (JsonNode event : json.path("events")) {
      for (JsonNode feature : event.path("features")) {
        if (feature.path("feature").asText().equals("days_since_last")) {
          assertThat(feature.path("text").asText()).isEqualTo("never");
          assertThat(feature.path("value").isNull()).isTrue();
          never++;
        }
      }
    }
    assertThat(never).isGreaterThan(1);
    assertThat(json.path("eligible").asBoolean()).isFalse();
    assertThat(json.path("text").toString()).contains("not eligible");
  }

  @Test
  void traitsStandUnderTheirKeysApartFromEventsOfThatName() {
    List<Column> columns =
        List.of(
            Column.ofTrait("points", FeatureMapping.TRAIT_SET),
            Column.ofTrait("points", FeatureMapping.TRAIT_VALUE),
            new Column("trait:points", "count"));
    FeatureMapping mapping = FeatureMapping.unscaled(columns, null);
    LinearWeights line = new LinearWeights(new double[] {2, -1, 0.5}, 0.25);
    ModelBundle bundle =
        ModelBundle.create(
            Bundles.BUY.definition(),
            mapping,
            new ScoringFunction(
                List.of(new Member(ModelFamilies.LINEAR, 1, line)),
                PlattScaling.IDENTITY,
                false,
                1,
                0),
            new double[] {0},
            Shop.NOW,
            JsonNodeFactory.instance.objectNode());
    FeatureBlock block = Bundles.SHOP.blocks().get(0);
    FeatureBlock rich =
        new FeatureBlock(
            block.space(),
            block.profile(),
            block.at(),
            true,
            block.totals(),
            block.events(),
            new TreeMap<>(Map.of("points", 12.5)),
            List.of(),
            List.of());

    Explanation why = explain(bundle, rich);
    EventContribution trait =
        why.events().stream().filter(EventContribution::isTrait).findFirst().orElseThrow();
    assertThat(why.events())
        .extracting(EventContribution::name)
        .containsExactlyInAnyOrder("trait points", "trait:points");
    assertThat(why.sum()).isCloseTo(why.total(), within(1e-12));
    assertThat(trait.features()).extracting(f -> f.value().text()).contains("12.5", "yes");
    JsonNode json = ExplanationJson.of(explain(bundle, block), bundle);
    assertThat(json.path("events").findValuesAsText("trait")).containsExactly("points");
    assertThat(json.path("events").findValuesAsText("text")).contains("not set", "no");
  }

  @Test
  void everyFeatureHasWords() {
    Random random = new Random(1);
    for (String feature : FeatureSet.PROFILE_FEATURES) {
      FeatureWords words = FeatureWords.of(feature);
      assertThat(words.words())
          .as(feature)
          .isNotEqualTo(feature.replace('_', ' ').concat(" "))
          .doesNotContain("%s", "_");
      assertThat(words.text(random.nextInt(100) / 8.0)).isNotBlank();
    }
    assertThat(FeatureWords.of("count_30d").words()).isEqualTo("times in the last 30 days");
    assertThat(FeatureWords.of("count").words()).isEqualTo("times ever");
    assertThat(FeatureWords.of("days_since_last").text(12.34)).isEqualTo("12.3 days");
    assertThat(FeatureWords.of("trend_7d").text(3)).isEqualTo("+3");
    assertThat(FeatureWords.of("gap_mean").text(Double.NaN)).isEqualTo("none yet");
    assertThat(FeatureWords.of("loyalty_points").words()).isEqualTo("loyalty points");
  }

  private static Explanation explain(ModelBundle bundle, FeatureBlock block) {
    return new Explainer(bundle).explain(block);
  }
}
