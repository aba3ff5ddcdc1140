package dev.traitflow.ml.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  @Test
  void aCurveThatIsNoLineIsFoundAndKeepsEveryOrder() {
    double[] margins = new double[20_000];
    double[] truths = new double[margins.length];
    Random random = new Random(1);
    for (int i = 0; i < margins.length; i++) {
      margins[i] = random.nextGaussian() * 2;
      truths[i] = random.nextDouble() < truth(margins[i]) ? 1 : 0;
    }

    IsotonicScaling curve = IsotonicScaling.fit(margins, truths);

    for (double margin : new double[] {-2, -1, 0.2, 1, 2}) {
      assertThat(curve.probability(margin)).isCloseTo(truth(margin), within(0.05));
    }
    double previous = Double.NEGATIVE_INFINITY;
    for (double margin = -12; margin < 12; margin += 0.01) {
      assertThat(curve.logOdds(margin)).isGreaterThan(previous);
      previous = curve.logOdds(margin);
    }
  }

  @Test
  void withoutEvidenceTheLineChangesNothingAndWithMuchItIsFound() {
    assertThat(PlattScaling.fitCautiously(new double[0], new double[0]))
        .isEqualTo(PlattScaling.IDENTITY);
    double[] margins = new double[20_000];
    double[] truths = new double[margins.length];
    Random random = new Random(2);
    for (int i = 0; i < margins.length; i++) {
      margins[i] = random.nextGaussian() * 2;
      truths[i] = random.nextDouble() < PlattScaling.sigmoid(0.6 * margins[i] - 0.8) ? 1 : 0;
    }

    PlattScaling line = PlattScaling.fitCautiously(margins, truths);
    PlattScaling few =
        PlattScaling.fitCautiously(Arrays.copyOf(margins, 60), Arrays.copyOf(truths, 60));

    assertThat(line.slope()).isCloseTo(0.6, within(0.03));
    assertThat(line.intercept()).isCloseTo(-0.8, within(0.05));
    assertThat(few.slope()).isBetween(line.slope(), 1.0);
  }

  @Test
  void allOfOneOutcomeOrOneMarginIsNoFailure() {
    double[] same = new double[300];
    double[] ones = new double[300];
    Arrays.fill(ones, 1);

    assertThat(IsotonicScaling.fit(same, ones).probability(0)).isBetween(0.9, 1.0);
    assertThat(PlattScaling.fitCautiously(same, ones).probability(0)).isBetween(0.5, 1.0);
    assertThatThrownBy(() -> new IsotonicScaling(List.of(1.0, 1.0), List.of(0.0, 1.0)))
        .hasMessageContaining("does not rise");
  }

  /** Two plateaus with a steep rise between. */
  private static double truth(double margin) {
    return 0.2 + 0.5 * PlattScaling.sigmoid(6 * margin);
  }
}
