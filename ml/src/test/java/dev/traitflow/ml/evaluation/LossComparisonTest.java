package dev.traitflow.ml.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LossComparisonTest {
  @Test
  void aModelThatKnowsLessLosesByMoreThanChance() {
    Random random = new Random(3);
    double[] knows = new double[2000];
    double[] guesses = new double[2000];
    double[] truths = new double[2000];
    for (int i = 0; i < truths.length; i++) {
      knows[i] = i % 2 == 0 ? 0.8 : 0.2;
      guesses[i] = 0.5;
      truths[i] = random.nextDouble() < knows[i] ? 1 : 0;
    }
    assertThat(LossComparison.of(knows, guesses, truths, true).isNotWorse()).isFalse();
    LossComparison better = LossComparison.of(guesses, knows, truths, true);
    assertThat(better.isNotWorse()).isTrue();
    assertThat(better.champion()).isCloseTo(Math.log(2), within(1e-12));
    assertThat(better.challengerRank()).isGreaterThan(0.75);
    assertThat(better.sentence()).startsWith("not worse: logloss").contains("2000 rows");
  }

  @Test
  void aDifferenceWithinOneStandardErrorIsNone() {
    // Differences of 0.1 one way and 0.2 the other: mean 0.05, standard error 0.15.
    double[] champion = {0.5, 0.5};
    double[] challenger = {0.5 * Math.exp(0.1), 0.5 * Math.exp(-0.2)};
    LossComparison close = LossComparison.of(champion, challenger, new double[] {1, 1}, true);
    assertThat(close.challenger() - close.champion()).isCloseTo(0.05, within(1e-12));
    assertThat(close.standardError()).isCloseTo(0.15, within(1e-12));
    assertThat(close.isNotWorse()).isTrue();
  }

  @Test
  void amountsAreComparedByDeviance() {
    double[] truths = {0, 4, 9};
    LossComparison exact =
        LossComparison.of(new double[] {1, 1, 1}, new double[] {1, 4, 9}, truths, false);
    // 4 (1 - 0)^2 / 1 for the first; nothing where the score is the truth.
    assertThat(exact.challenger()).isCloseTo(4 / 3.0, within(1e-12));
    assertThat(exact.champion()).isCloseTo((4 + 4 + 16) / 3.0, within(1e-12));
    assertThat(exact.isNotWorse()).isTrue();
    assertThat(exact.toJson().path("rows").asInt()).isEqualTo(3);
    assertThat(exact.toJson().path("challenger").path("tweedie_deviance").asDouble())
        .isCloseTo(4 / 3.0, within(1e-12));
  }
}
