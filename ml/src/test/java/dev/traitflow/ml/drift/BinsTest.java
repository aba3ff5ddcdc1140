package dev.traitflow.ml.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BinsTest {
  private static double[] numbers(int from, int to) {
    return IntStream.range(from, to).asDoubleStream().toArray();
  }

  private static long[] count(Bins bins, double[] values) {
    long[] counts = new long[bins.shares().length];
    for (double value : values) {
      counts[bins.of(value)]++;
    }
    return counts;
  }

  @Test
  void tenBinsOfEqualSizeSayNothingOfTheSameValues() {
    Bins bins = Bins.learn(numbers(0, 1000));
    assertThat(bins.shares()).hasSize(10);
    assertThat(bins.index(count(bins, numbers(0, 1000)))).isZero();
  }

  @Test
  void theIndexIsThatOfTheShares() {
    // Half of the rows in each of two bins, then 30 % and 70 %: 0.2 ln(0.7/0.5) - 0.2 ln(0.3/0.5).
    Bins bins = Bins.learn(new double[] {0, 0, 1, 1});
    assertThat(bins.shares()).containsExactly(0.5, 0.5);
    double expected = 0.2 * Math.log(1.4) - 0.2 * Math.log(0.6);
    assertThat(bins.index(new long[] {3, 7})).isCloseTo(expected, within(1e-12));
  }

  @Test
  void anEmptyBinCountsAsOneInTenThousand() {
    Bins bins = Bins.learn(new double[] {0, 1});
    double expected = 0.5 * Math.log(2) + (1e-4 - 0.5) * Math.log(1e-4 / 0.5);
    assertThat(bins.index(new long[] {0, 9})).isCloseTo(expected, within(1e-3));
  }

  @Test
  void rareValuesOfAFlagHaveTheirBin() {
    double[] flags = new double[100];
    flags[3] = 1;
    Bins bins = Bins.learn(flags);
    assertThat(bins.shares()).containsExactly(0.99, 0.01);
    assertThat(bins.of(0)).isZero();
    assertThat(bins.of(1)).isEqualTo(1);
  }

  @Test
  void binsComeBackFromJson() {
    Bins bins = Bins.learn(numbers(0, 57));
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    bins.toJson(json);
    Bins back = Bins.fromJson(json);
    assertThat(back.edges()).containsExactly(bins.edges());
    assertThat(back.shares()).containsExactly(bins.shares());
  }

  @Test
  void chanceAndClocksRaiseNoAlarm() {
    Drift.Column chance = new Drift.Column("A/count", 0.4, 0.35);
    Drift.Column clock = new Drift.Column("*/days_since_first", 3, 0);
    assertThat(new Drift(100, List.of(chance, clock), 0).level()).isEqualTo(Drift.Level.STEADY);
  }

  @Test
  void theScoreOrAQuarterOfTheColumnsRaisesTheAlarm() {
    Drift.Column moved = new Drift.Column("B/count", 0.3, 0.01);
    Drift.Column still = new Drift.Column("A/count", 0.02, 0.01);
    List<Drift.Column> one = List.of(moved, still, still, still, still);
    assertThat(new Drift(100, one, 0).level()).isEqualTo(Drift.Level.STEADY);
    List<Drift.Column> two = List.of(moved, moved, still, still, still);
    assertThat(new Drift(100, two, 0).level()).isEqualTo(Drift.Level.ALARM);
    Drift score = new Drift(100, List.of(still, new Drift.Column(Drift.SCORE, 0.3, 0)), 0.25);
    assertThat(score.level()).isEqualTo(Drift.Level.ALARM);
    assertThat(score.toJson().path("columns").path(0).path("column").asText()).isEqualTo("A/count");
    assertThat(score.toJson().path("alarm").asInt()).isEqualTo(1);
  }
}
