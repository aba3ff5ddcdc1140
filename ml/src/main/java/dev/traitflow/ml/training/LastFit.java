package dev.traitflow.ml.training;

import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.ml.bundle.Member;
import dev.traitflow.ml.bundle.ScoringFunction;
import dev.traitflow.ml.evaluation.Calibration;
import dev.traitflow.ml.evaluation.IsotonicScaling;
import dev.traitflow.ml.evaluation.PlattScaling;
import dev.traitflow.ml.evaluation.ProbabilityMetrics;
import dev.traitflow.ml.model.TrainingSetup;
import dev.traitflow.ml.model.TrainingTable;
import dev.traitflow.ml.training.Candidates.Choice;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Fits what was chosen on everything closed, and calibrates it by models that were fitted without
 * the profiles they score.
 *
 * <p>The newest closed window says most about the present but is one window: its level moves with
 * the season as much as with the trend. On earlier cutoffs of the development data, its level alone
 * foretold the next one worse than the level of all windows, and a quarter of the way towards it
 * was the safest of what was tried.
 */
final class LastFit {
  private static final int FOLDS = 3;

  /** Fewer outcomes than this do not tell the form of a curve, only a line. */
  private static final int ISOTONIC_MIN = 1000;

  /** How far the level goes from that of all windows to that of the newest. */
  private static final double LEVEL_SHARE = 0.25;

  private static final double SHIFT_MAX = 3;

  private final TrainingSetup setup;
  private final PredictionDefinition definition;
  private final TrainingTable all;
  private final long newest;
  private final Choice choice;

  LastFit(TrainingSetup setup, TrainingTable all, long newest, Choice choice) {
    this.setup = setup;
    this.definition = setup.definition();
    this.all = all;
    this.newest = newest;
    this.choice = choice;
  }

  ScoringFunction function(TrainingProgress progress) {
    List<Member> members = fit(all);
    progress.at("calibrating", 0.6);
    double[] margins = new double[all.size()];
    // Each fold's fit runs on a thread of its own: the same bits on any machine, sooner on some.
    IntStream.range(0, FOLDS).parallel().forEach(fold -> margins(fold, margins));
    return new ScoringFunction(
        members,
        definition.isProbability() ? calibration(margins) : PlattScaling.IDENTITY,
        !definition.isProbability(),
        definition.isProbability() ? 1 : amountFactor(margins),
        definition.isProbability() ? 0 : Math.log(Math.max(1e-6, all.labelCap())));
  }

  /** What models fitted without the fold's profiles say about them. */
  private void margins(int fold, double[] into) {
    List<Member> others = fit(all.where(row -> fold(row) != fold));
    for (int i = 0; i < into.length; i++) {
      TrainingTable.Row row = all.rows().get(i);
      if (fold(row) == fold) {
        into[i] = margin(others, row.features());
      }
    }
  }

  /**
   * A line, or a curve where there are outcomes enough and it helps profiles it was not fitted on.
   */
  private Calibration calibration(double[] margins) {
    double[] truths = all.outcomes();
    double positives = Arrays.stream(truths).sum();
    boolean many = Math.min(positives, truths.length - positives) >= ISOTONIC_MIN;
    Calibration calibration =
        many && curveHelps(margins, truths)
            ? IsotonicScaling.fit(margins, truths)
            : PlattScaling.fitCautiously(margins, truths);
    return calibration.shifted(LEVEL_SHARE * levelShift(calibration, margins));
  }

  /** What log odds of the newest window would have to move by for its total to be right. */
  private double levelShift(Calibration calibration, double[] margins) {
    double low = -SHIFT_MAX;
    double high = SHIFT_MAX;
    for (int step = 0; step < 50; step++) {
      double middle = (low + high) / 2;
      double excess = 0;
      for (int i = 0; i < margins.length; i++) {
        TrainingTable.Row row = all.rows().get(i);
        if (row.cutoff() == newest) {
          excess += PlattScaling.sigmoid(calibration.logOdds(margins[i]) + middle);
          excess -= row.label() > 0 ? 1 : 0;
        }
      }
      if (excess < 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /** What amounts are multiplied by: the level of all windows, moved towards the newest one's. */
  private double amountFactor(double[] margins) {
    double ever = logRatio(margins, Long.MIN_VALUE);
    return Math.exp(ever + LEVEL_SHARE * (logRatio(margins, newest) - ever));
  }

  /** The logarithm of actual over expected, from a cutoff on. */
  private double logRatio(double[] margins, long from) {
    double max = all.labelCap();
    double actual = 0;
    double expected = 0;
    for (int i = 0; i < margins.length; i++) {
      TrainingTable.Row row = all.rows().get(i);
      if (row.cutoff() >= from) {
        actual += Math.min(max, Math.max(0, row.label()));
        expected += Math.min(max, Math.exp(margins[i]));
      }
    }
    double log = actual > 0 && expected > 0 ? Math.log(actual / expected) : 0;
    return Math.min(1, Math.max(-1, log));
  }

  private boolean curveHelps(double[] margins, double[] truths) {
    double curve = 0;
    double line = 0;
    for (int half = 0; half < 2; half++) {
      double[][] fit = half(margins, truths, half == 0);
      double[][] held = half(margins, truths, half == 1);
      curve += loss(IsotonicScaling.fit(fit[0], fit[1]), held);
      line += loss(PlattScaling.fitCautiously(fit[0], fit[1]), held);
    }
    return curve < line;
  }

  private double[][] half(double[] margins, double[] truths, boolean first) {
    int[] rows =
        IntStream.range(0, margins.length)
            .filter(i -> all.rows().get(i).fold() < 0.5 == first)
            .toArray();
    return new double[][] {
      IntStream.of(rows).mapToDouble(i -> margins[i]).toArray(),
      IntStream.of(rows).mapToDouble(i -> truths[i]).toArray()
    };
  }

  private static double loss(Calibration calibration, double[][] rows) {
    double[] scores = new double[rows[0].length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = calibration.probability(rows[0][i]);
    }
    return ProbabilityMetrics.logLoss(scores, rows[1]);
  }

  private List<Member> fit(TrainingTable table) {
    return choice.members().parallelStream()
        .map(
            part ->
                new Member(
                    part.family(), part.share(), part.family().fit(setup, table, part.candidate())))
        .toList();
  }

  private static double margin(List<Member> members, double[] row) {
    double sum = 0;
    for (Member member : members) {
      sum += member.weight() * member.predictor().apply(row);
    }
    return sum;
  }

  private static int fold(TrainingTable.Row row) {
    return (int) (row.fold() * FOLDS);
  }
}
