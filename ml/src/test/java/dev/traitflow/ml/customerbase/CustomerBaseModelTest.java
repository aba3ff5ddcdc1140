package dev.traitflow.ml.customerbase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traitflow.core.prediction.FeatureSet;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.ml.customerbase.CustomerBaseModel.Customer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

class CustomerBaseModelTest {
  /** The fit of the 1-in-10 CDNOW sample in weeks (Fader, Hardie and Lee 2005). */
  private static final ParetoNbd PUBLISHED = new ParetoNbd(0.5532788, 10.5775883, 0.6063, 11.6660);

  @Test
  void foretellsWhatThePublishedModelForetells() {
    // Customer 1516 of the sample, as worked out in the documentation of the R package BTYD.
    assertThat(PUBLISHED.expected(26, 30.86, 31, 52)).isCloseTo(25.456, within(0.001));
    assertThat(PUBLISHED.alive(26, 30.86, 31)).isCloseTo(0.998, within(0.0005));
  }

  @Test
  void theChanceOfSilenceAgreesWithTheExpectedCountForShortTimes() {
    for (PurchaseModel model : List.of(PUBLISHED, new MbgNbd(0.6, 7, 0.8, 1.2))) {
      for (double x : new double[] {0, 1, 5, 40}) {
        double last = x == 0 ? 0 : 20;
        // In a moment nobody buys twice.
        double silence = model.chanceOfNone(x, last, 30, 1e-4);
        double expected = model.expected(x, last, 30, 1e-4);
        assertThat(1 - silence).as("%s %s", model, x).isCloseTo(expected, within(1e-3 * expected));
        assertThat(model.chanceOfNone(x, last, 30, 100)).isBetween(0.0, 1.0);
        assertThat(model.expected(x, last, 30, 200))
            .isGreaterThan(model.expected(x, last, 30, 100));
      }
    }
  }

  @Test
  void manyPurchasesAndLongSilenceStayFinite() {
    for (PurchaseModel model : List.of(PUBLISHED, new MbgNbd(0.6, 7, 0.8, 1.2))) {
      assertThat(model.logLikelihood(2000, 900, 1000)).isFinite();
      assertThat(model.alive(2000, 10, 1000)).isBetween(0.0, 1e-9);
      assertThat(model.expected(2000, 999.9, 1000, 365)).isFinite().isPositive();
    }
  }

  @Test
  void findsTheParametersPeopleWereMadeWith() {
    Random random = new Random(7);
    Map<Customer, Integer> people = new HashMap<>();
    for (int i = 0; i < 4000; i++) {
      double rate = gamma(random, 1.5) / 40;
      double lifetime = -Math.log(random.nextDouble()) / (gamma(random, 2) / 150);
      double end = Math.min(300, lifetime);
      double time = 0;
      double last = 0;
      int x = 0;
      while (true) {
        time -= Math.log(random.nextDouble()) / rate;
        if (time > end) {
          break;
        }
        last = time;
        x++;
      }
      people.merge(new Customer(x, last, 300, 0), 1, Integer::sum);
    }

    ParetoNbd found = PurchaseFit.pareto(people);

    assertThat(found.r() / found.alpha()).isCloseTo(1.5 / 40, within(0.004));
    assertThat(found.r()).isCloseTo(1.5, within(0.2));
    assertThat(found.s() / found.beta()).isCloseTo(2.0 / 150, within(0.004));
    assertThat(PurchaseFit.logLikelihood(found, people))
        .isGreaterThanOrEqualTo(
            PurchaseFit.logLikelihood(new ParetoNbd(1.5, 40, 2, 150), people) - 0.5);
  }

  @Test
  void aBaseThatNobodyLeavesIsFittedAtABoundAndSaysSo() {
    Random random = new Random(3);
    List<double[]> targets = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      double[] target = new double[FeatureSet.EVENT_FEATURES.size()];
      target[FeatureSet.position("active_days")] = 20 + random.nextInt(10);
      target[FeatureSet.position("days_since_first")] = 250 + random.nextInt(50);
      target[FeatureSet.position("days_since_last")] = random.nextInt(10);
      targets.add(target);
    }

    CustomerBaseModel model =
        Objects.requireNonNull(CustomerBaseModel.fit(targets, 400 * PredictionDefinition.DAY, 30));

    assertThat(model.bounds()).isNotEmpty();
    double[] first = targets.get(0);
    long at = 400 * PredictionDefinition.DAY;
    assertThat(Math.exp(model.value(CustomerBaseModel.COUNT, first, at))).isBetween(1.0, 6.0);
    assertThat(model.value(CustomerBaseModel.SPEND, first, at)).isFinite();
    CustomerBaseModel read =
        CustomerBaseModel.fromJson(model.toJson(new ObjectMapper().createObjectNode()));
    assertThat(read.value(CustomerBaseModel.SILENCE, first, at))
        .isEqualTo(model.value(CustomerBaseModel.SILENCE, first, at));
    assertThat(CustomerBaseModel.fit(targets.subList(0, 49), at, 30)).isNull();
  }

  @Test
  @EnabledIfEnvironmentVariable(named = "TRAITFLOW_DATA", matches = ".+")
  void fitsTheWholeCdnowCohortAsPublished() throws IOException {
    Map<Customer, Integer> cohort = cdnow();

    ParetoNbd pareto = PurchaseFit.pareto(cohort);
    MbgNbd mbg = PurchaseFit.mbg(cohort);

    assertThat(PurchaseFit.logLikelihood(pareto, cohort)).isCloseTo(-142_848, within(1.0));
    assertThat(pareto.r()).isCloseTo(0.596, within(0.003));
    assertThat(pareto.alpha()).isCloseTo(81.1, within(0.5));
    assertThat(pareto.s()).isCloseTo(0.554, within(0.005));
    assertThat(pareto.beta()).isCloseTo(67.7, within(1.0));
    assertThat(PurchaseFit.logLikelihood(mbg, cohort)).isCloseTo(-142_768, within(1.0));
    assertThat(mbg.r()).isCloseTo(0.639, within(0.003));
    assertThat(mbg.alpha()).isCloseTo(51.1, within(0.5));
    assertThat(mbg.a()).isCloseTo(0.821, within(0.01));
    assertThat(mbg.b()).isCloseTo(1.240, within(0.02));
  }

  /** Days of purchase before October 1997, by the two fields that matter. */
  private static Map<Customer, Integer> cdnow() throws IOException {
    Map<String, TreeSet<Long>> days = new HashMap<>();
    Path file = Path.of(System.getenv("TRAITFLOW_DATA"), "cdnow.ndjson.gz");
    long end = LocalDate.of(1997, 10, 1).toEpochDay();
    ObjectMapper mapper = new ObjectMapper();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        var json = mapper.readTree(line);
        long day = LocalDate.parse(json.path("timestamp").asText().substring(0, 10)).toEpochDay();
        if (day < end) {
          days.computeIfAbsent(json.path("userId").asText(), user -> new TreeSet<>()).add(day);
        }
      }
    }
    Map<Customer, Integer> cohort = new HashMap<>();
    for (TreeSet<Long> each : days.values()) {
      Customer customer =
          new Customer(each.size() - 1, each.last() - each.first(), end - each.first(), 0);
      cohort.merge(customer, 1, Integer::sum);
    }
    assertThat(days).hasSize(23_570);
    return cohort;
  }

  /** A gamma variate of a shape that is a multiple of a half: sums of squares. */
  private static double gamma(Random random, double shape) {
    double sum = 0;
    for (int i = 0; i < 2 * shape; i++) {
      double z = random.nextGaussian();
      sum += z * z / 2;
    }
    return sum;
  }
}
