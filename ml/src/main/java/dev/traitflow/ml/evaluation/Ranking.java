package dev.traitflow.ml.evaluation;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Rows in descending order of score, where ties never help: equal scores share one average rank and
 * share the mean truth of their group.
 */
final class Ranking {
  /** Row numbers, highest score first; ties in the order they came. */
  final int[] order;

  /** Mean truth of the row's tie group, by descending score. */
  final double[] truth;

  /** One past the last position of each tie group. */
  final int[] groupEnds;

  Ranking(double[] scores, double[] truths) {
    order = descending(scores);
    truth = new double[scores.length];
    int[] ends = new int[scores.length];
    int groups = 0;
    for (int start = 0; start < order.length; ) {
      int end = start;
      double sum = 0;
      while (end < order.length && scores[order[end]] == scores[order[start]]) {
        sum += truths[order[end++]];
      }
      Arrays.fill(truth, start, end, sum / (end - start));
      ends[groups++] = end;
      start = end;
    }
    groupEnds = Arrays.copyOf(ends, groups);
  }

  /** Ranks from 1, lowest value first; ties share the mean of their ranks. */
  static double[] ranks(double[] values) {
    int[] order = descending(values);
    int n = values.length;
    double[] ranks = new double[n];
    for (int start = 0; start < n; ) {
      int end = start;
      while (end < n && values[order[end]] == values[order[start]]) {
        end++;
      }
      // Positions start..end-1 from the top are ranks n-start down to n-end+1.
      double mean = (2.0 * n - start - end + 1) / 2;
      for (int i = start; i < end; i++) {
        ranks[order[i]] = mean;
      }
      start = end;
    }
    return ranks;
  }

  /** Mean truth among the top share over the base; a part of a row counts in part. */
  double lift(double share, double base) {
    double wanted = truth.length * share;
    int whole = (int) wanted;
    double top = sum(0, whole);
    top += whole < truth.length ? (wanted - whole) * truth[whole] : 0;
    return base == 0 || wanted == 0 ? Double.NaN : top / wanted / base;
  }

  /** Gini coefficient of the truth in this order. */
  double gini() {
    int n = truth.length;
    double total = sum(0, n);
    double running = 0;
    double area = 0;
    for (double value : truth) {
      running += value;
      area += running / total;
    }
    return total == 0 ? Double.NaN : area / n - (n + 1) / (2.0 * n);
  }

  /** Sum of the group means in positions {@code from..to-1}. */
  double sum(int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += truth[i];
    }
    return sum;
  }

  private static int[] descending(double[] values) {
    return IntStream.range(0, values.length)
        .boxed()
        .sorted((a, b) -> Double.compare(values[b], values[a]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
