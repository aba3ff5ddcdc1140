package dev.traitflow.ml.evaluation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Isotonic calibration: the rising step function closest to the outcomes (pool adjacent violators),
 * whose steps are joined by straight lines on log odds, so that no two scores fall together.
 *
 * @param margins knots, rising strictly
 * @param odds calibrated log odds at the knots, rising strictly; beyond the ends lines go on with
 *     slope 1
 */
public record IsotonicScaling(List<Double> margins, List<Double> odds) implements Calibration {
  private static final double TINY_RISE = 1e-6;

  /** Rows of one knot at least: fewer would follow noise. */
  private static final int ROWS_MIN = 50;

  public IsotonicScaling {
    margins = List.copyOf(margins);
    odds = List.copyOf(odds);
    if (margins.isEmpty() || margins.size() != odds.size()) {
      throw new IllegalArgumentException(
          "calibration: got " + margins.size() + " knots and " + odds.size() + " values");
    }
    for (int i = 1; i < margins.size(); i++) {
      if (!(margins.get(i) > margins.get(i - 1)) || !(odds.get(i) > odds.get(i - 1))) {
        throw new IllegalArgumentException("calibration: knot " + i + " does not rise");
      }
    }
  }

  /** Fits on margins that did not come from the rows the model was fitted on. */
  public static IsotonicScaling fit(double[] margins, double[] truths) {
    int[] order =
        IntStream.range(0, margins.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> margins[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    // Blocks of sums: margins, truths, rows.
    List<double[]> blocks = new ArrayList<>();
    double[] open = new double[3];
    for (int i = 0; i < order.length; i++) {
      open[0] += margins[order[i]];
      open[1] += truths[order[i]];
      open[2]++;
      boolean tied = i + 1 < order.length && margins[order[i + 1]] == margins[order[i]];
      if ((open[2] >= ROWS_MIN && !tied) || i + 1 == order.length) {
        blocks.add(open);
        open = new double[3];
        pool(blocks);
      }
    }
    List<Double> knots = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    for (double[] block : blocks) {
      double rate = (block[1] + 0.5) / (block[2] + 1);
      double knot = block[0] / block[2];
      double value = Math.log(rate / (1 - rate));
      int last = knots.size() - 1;
      if (last >= 0 && !(knot > knots.get(last))) {
        continue;
      }
      knots.add(knot);
      values.add(last < 0 ? value : Math.max(value, values.get(last) + TINY_RISE));
    }
    return new IsotonicScaling(knots, values);
  }

  @Override
  public double logOdds(double margin) {
    int size = margins.size();
    int at = Collections.binarySearch(margins, margin);
    int above = at >= 0 ? at : -at - 1;
    if (above == 0) {
      return odds.get(0) + margin - margins.get(0);
    }
    if (above == size) {
      return odds.get(size - 1) + margin - margins.get(size - 1);
    }
    double low = margins.get(above - 1);
    double share = (margin - low) / (margins.get(above) - low);
    return odds.get(above - 1) + share * (odds.get(above) - odds.get(above - 1));
  }

  @Override
  public IsotonicScaling shifted(double by) {
    return new IsotonicScaling(margins, odds.stream().map(each -> each + by).toList());
  }

  private static void pool(List<double[]> blocks) {
    while (blocks.size() > 1) {
      double[] last = blocks.get(blocks.size() - 1);
      double[] before = blocks.get(blocks.size() - 2);
      if (before[1] / before[2] < last[1] / last[2]) {
        return;
      }
      blocks.remove(blocks.size() - 1);
      for (int i = 0; i < 3; i++) {
        before[i] += last[i];
      }
    }
  }
}
