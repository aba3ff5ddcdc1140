package dev.traitflow.ml.customerbase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BoundedSimplexTest {
  private static final double[] START = {-0.5, 1};
  private static final double[] LOW = {-2, -2};
  private static final double[] HIGH = {2, 2};

  @Test
  void findsAMinimumInside() {
    double[] found =
        BoundedSimplex.minimize(
            at -> 100 * Math.pow(at[1] - at[0] * at[0], 2) + Math.pow(1 - at[0], 2),
            START,
            LOW,
            HIGH);

    assertThat(found).containsExactly(new double[] {1, 1}, within(1e-3));
  }

  @Test
  void endsAtTheBorderWhereTheMinimumLiesOutside() {
    double[] found = BoundedSimplex.minimize(at -> 7 - at[0] + at[1] * at[1], START, LOW, HIGH);

    assertThat(found[0]).isBetween(2 - 1e-6, 2.0);
    assertThat(found[1]).isCloseTo(0, within(1e-3));
  }

  @Test
  void endsWhereNothingConvergesAndAvoidsWhatIsNoNumber() {
    int[] calls = {0};

    double[] found =
        BoundedSimplex.minimize(
            at -> {
              calls[0]++;
              return at[0] > 0.5 ? Double.NaN : -calls[0];
            },
            START,
            LOW,
            HIGH);

    assertThat(found[0]).isLessThanOrEqualTo(0.5);
    assertThat(calls[0]).isEqualTo(1000);
  }
}
