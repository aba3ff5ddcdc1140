package dev.traitflow.ml.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The expected numbers come from the reference scorer in Python, run on the same vectors. */
class MetricsTest {
  private static final double[] PROBABILITIES = {
    0.91, 0.8, 0.8, 0.75, 0.6, 0.6, 0.6, 0.42, 0.4, 0.33, 0.33, 0.25, 0.2, 0.2, 0.15, 0.1, 0.08,
    0.05, 0.05, 0.01, 0.0, 1.0, 0.37
  };
  private static final double[] OUTCOMES = {
    1, 1, 0, 1, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0
  };
  private static final double[] EXPECTED = {
    120.5, 80, 80, 60.25, 44, 40, 33, 20, 20, 20, 15, 10, 5, 5, 1, 0, 0, 250, 7.5
  };
  private static final double[] SPENT = {
    200, 0, 60, 75.5, 0, 10, 0, 20, 0, 35, 0, 0, 5, 0, 0, 0, 12, 310.25, 0
  };

  @Test
  void probabilitiesAreMeasuredAsTheReferenceDoes() {
    ProbabilityMetrics metrics = ProbabilityMetrics.of(PROBABILITIES, OUTCOMES);

    near(metrics.baseRate(), 0.391304347826087);
    near(metrics.auc(), 0.753968253968254);
    near(metrics.prAuc(), 0.700966625966626);
    near(metrics.logLoss(), 0.5841776364983664);
    near(metrics.brier(), 0.19600869565217394);
    near(metrics.brierSkill(), 0.17707460317460322);
    near(metrics.ece10(), 0.1817391304347826);
    near(metrics.calibrationSlope(), 0.5104141280132839);
    near(metrics.calibrationIntercept(), -0.1809739029079741);
    near(metrics.sumRatio(), 1);
    near(metrics.lift10(), 2.388888888888889);
    near(metrics.lift20(), 2.0);
  }

  @Test
  void amountsAreMeasuredAsTheReferenceDoes() {
    ValueMetrics metrics = ValueMetrics.of(EXPECTED, SPENT);

    assertThat(metrics.nonzero()).isEqualTo(9);
    near(metrics.meanTruth(), 38.30263157894737);
    near(metrics.meanScore(), 42.69736842105263);
    near(metrics.mae(), 23.55263157894737);
    near(metrics.rmse(), 34.09284922708944);
    near(metrics.rmsle(), 2.1305312802491927);
    near(metrics.spearman(), 0.5190121110459817);
    near(metrics.giniNorm(), 0.9041407959976766);
    near(metrics.capture10(), 0.6736516660941256);
    near(metrics.decileMape(), 1.825962351652825);
    near(metrics.totalError(), 0.11473720371006535);
  }

  @Test
  void constantScoresRankNothing() {
    double[] constant = {0.5, 0.5, 0.5, 0.5};
    double[] outcomes = {1, 0, 0, 1};

    ProbabilityMetrics metrics = ProbabilityMetrics.of(constant, outcomes);

    assertThat(metrics.auc()).isEqualTo(0.5);
    assertThat(metrics.lift10()).isEqualTo(1);
    assertThat(metrics.calibrationSlope()).isNaN();
    assertThat(ValueMetrics.of(constant, outcomes).spearman()).isZero();
  }

  @Test
  void unequalLengthsAreRefused() {
    assertThatThrownBy(() -> ProbabilityMetrics.of(new double[] {0.5}, new double[0]))
        .hasMessageStartingWith("rows: got 1 scores and 0 truths");
  }

  @Test
  void plattScalingFindsTheLine() {
    double[] margins = new double[2000];
    double[] outcomes = new double[2000];
    Random random = new Random(5);
    for (int i = 0; i < margins.length; i++) {
      margins[i] = random.nextGaussian() * 3;
      outcomes[i] = random.nextDouble() < PlattScaling.sigmoid(0.5 * margins[i] - 1) ? 1 : 0;
    }

    PlattScaling line = PlattScaling.fit(margins, outcomes);

    assertThat(line.slope()).isCloseTo(0.5, within(0.06));
    assertThat(line.intercept()).isCloseTo(-1, within(0.12));
    assertThat(PlattScaling.fit(new double[30], new double[30])).isEqualTo(PlattScaling.IDENTITY);
  }

  private static void near(double found, double expected) {
    assertThat(found).isCloseTo(expected, within(1e-9));
  }
}
