package dev.traitflow.ml.evaluation;

/**
 * A straight line on log odds that makes probabilities honest (Platt 1999).
 *
 * @param intercept moves all log odds
 * @param slope stretches them; positive, so that the order of scores stays
 */
public record PlattScaling(double intercept, double slope) implements Calibration {
  /** Changes nothing. */
  public static final PlattScaling IDENTITY = new PlattScaling(0, 1);

  /** Fewer outcomes of a kind than this do not tell two parameters. */
  private static final int OUTCOMES_MIN = 20;

  private static final double SLOPE_VARIANCE = 0.25 * 0.25;
  private static final double INTERCEPT_VARIANCE = 0.35 * 0.35;

  public PlattScaling {
    if (!(slope > 0) || !Double.isFinite(slope) || !Double.isFinite(intercept)) {
      throw new IllegalArgumentException(
          "calibration: got slope " + slope + ", intercept " + intercept + " (expected slope > 0)");
    }
  }

  @Override
  public PlattScaling shifted(double by) {
    return new PlattScaling(intercept + by, slope);
  }

  /**
   * Fits the line on margins that did not come from the rows the model was fitted on. Falls back to
   * {@link #IDENTITY} when there are too few outcomes of either kind, or when the slope leaves
   * 0.2..5, which says that something else is wrong.
   */
  public static PlattScaling fit(double[] margins, double[] truths) {
    double positives = truths.length == 0 ? 0 : Scored.sum(truths);
    if (positives < OUTCOMES_MIN || truths.length - positives < OUTCOMES_MIN) {
      return IDENTITY;
    }
    double[] line = newton(margins, truths, 50);
    boolean sane = line[1] > 0.2 && line[1] < 5 && Math.abs(line[0]) < 10;
    return sane ? new PlattScaling(line[0], line[1]) : IDENTITY;
  }

  @Override
  public double logOdds(double margin) {
    return intercept + slope * margin;
  }

  /**
   * Fits the line by penalised likelihood: without evidence it is {@link #IDENTITY}, and it takes
   * many outcomes to leave it far. The prior says that slopes of 1 +- 0.25 and intercepts of 0 +-
   * 0.35 are usual for margins that were fitted to the same kind of outcome.
   */
  public static PlattScaling fitCautiously(double[] margins, double[] truths) {
    double[] line = {0, 1};
    for (int step = 0; step < 50; step++) {
      double[] delta = cautiousStep(margins, truths, line);
      // Far steps are cut: the likelihood of a line is concave, the next steps go on.
      double cut = Math.min(1, 1 / (Math.abs(delta[0]) + Math.abs(delta[1]) + 1e-300));
      line[0] += cut * delta[0];
      line[1] += cut * delta[1];
      if (Math.abs(delta[0]) + Math.abs(delta[1]) < 1e-10) {
        break;
      }
    }
    return line[1] > 0.2 && line[1] < 5 ? new PlattScaling(line[0], line[1]) : IDENTITY;
  }

  private static double[] cautiousStep(double[] x, double[] truths, double[] line) {
    double g0 = -line[0] / INTERCEPT_VARIANCE;
    double g1 = -(line[1] - 1) / SLOPE_VARIANCE;
    double h00 = 1 / INTERCEPT_VARIANCE;
    double h01 = 0;
    double h11 = 1 / SLOPE_VARIANCE;
    for (int i = 0; i < x.length; i++) {
      double p = sigmoid(line[0] + line[1] * x[i]);
      double w = p * (1 - p);
      g0 += truths[i] - p;
      g1 += (truths[i] - p) * x[i];
      h00 += w;
      h01 += w * x[i];
      h11 += w * x[i] * x[i];
    }
    double determinant = h00 * h11 - h01 * h01;
    return new double[] {(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant};
  }

  /** 1 / (1 + exp(-margin)). */
  public static double sigmoid(double margin) {
    return 1 / (1 + Math.exp(-margin));
  }

  /**
   * Maximum likelihood by Newton's method: intercept and slope. Starts flat and halves steps that
   * make things worse; full steps from a slope of 1 run away where margins are large.
   */
  static double[] newton(double[] x, double[] truths, int steps) {
    double rate = Math.min(1 - 1e-6, Math.max(1e-6, Scored.mean(truths)));
    double[] line = {Math.log(rate / (1 - rate)), 0};
    double loss = loss(x, truths, line[0], line[1]);
    for (int step = 0; step < steps; step++) {
      double[] delta = newtonStep(x, truths, line[0], line[1]);
      double moved = Math.abs(delta[0]) + Math.abs(delta[1]);
      double part = 1;
      double next = loss(x, truths, line[0] + delta[0], line[1] + delta[1]);
      while (!(next <= loss) && part > 1e-6) {
        part /= 2;
        next = loss(x, truths, line[0] + part * delta[0], line[1] + part * delta[1]);
      }
      if (!(next <= loss) || moved < 1e-10) {
        break;
      }
      line[0] += part * delta[0];
      line[1] += part * delta[1];
      loss = next;
    }
    return line;
  }

  private static double[] newtonStep(double[] x, double[] truths, double a, double b) {
    double g0 = 0;
    double g1 = 0;
    double h00 = 0;
    double h01 = 0;
    double h11 = 0;
    for (int i = 0; i < x.length; i++) {
      double p = sigmoid(a + b * x[i]);
      double w = p * (1 - p);
      g0 += truths[i] - p;
      g1 += (truths[i] - p) * x[i];
      h00 += w;
      h01 += w * x[i];
      h11 += w * x[i] * x[i];
    }
    double determinant = h00 * h11 - h01 * h01;
    return Math.abs(determinant) < 1e-12
        ? new double[] {0, 0}
        : new double[] {(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant};
  }

  private static double loss(double[] x, double[] truths, double a, double b) {
    double loss = 0;
    for (int i = 0; i < x.length; i++) {
      double margin = a + b * x[i];
      // log(1 + exp(margin)) without overflow
      loss += Math.max(0, margin) + Math.log1p(Math.exp(-Math.abs(margin))) - truths[i] * margin;
    }
    return loss;
  }
}
