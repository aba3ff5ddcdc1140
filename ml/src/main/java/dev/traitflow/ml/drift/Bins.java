package dev.traitflow.ml.drift;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;

/**
 * The values of one column in at most ten bins of about equal size, and the share of each.
 *
 * <p>Bins end at deciles. A column of few values has a bin for each, since its deciles would hide
 * the rarer ones.
 *
 * @param edges where one bin ends and the next begins, ascending; an edge belongs to the lower one
 * @param shares share of the rows in each bin; one more than there are edges
 */
record Bins(double[] edges, double[] shares) {
  private static final int BINS = 10;

  /** A share of zero would make the index infinite. */
  private static final double SHARE_MIN = 1e-4;

  /** Takes bins from a sample, which is sorted in place; at least one value. */
  static Bins learn(double[] values) {
    Arrays.sort(values);
    double[] distinct = Arrays.stream(values).distinct().limit(BINS + 1).toArray();
    double[] edges =
        distinct.length <= BINS ? Arrays.copyOf(distinct, distinct.length - 1) : deciles(values);
    long[] counts = new long[edges.length + 1];
    Bins bins = new Bins(edges, new double[edges.length + 1]);
    for (double value : values) {
      counts[bins.of(value)]++;
    }
    return new Bins(edges, shares(counts));
  }

  private static double[] deciles(double[] sorted) {
    double[] edges = new double[BINS - 1];
    for (int i = 1; i < BINS; i++) {
      edges[i - 1] = sorted[(int) ((long) i * (sorted.length - 1) / BINS)];
    }
    return Arrays.stream(edges)
        .distinct()
        .filter(edge -> edge < sorted[sorted.length - 1])
        .toArray();
  }

  /** The bin of a value. */
  int of(double value) {
    int place = Arrays.binarySearch(edges, value);
    return place >= 0 ? place : -place - 1;
  }

  /**
   * The population stability index of rows counted by bin: the sum of (actual - expected) ln(actual
   * / expected) over bins.
   */
  double index(long[] counts) {
    double[] actual = shares(counts);
    double index = 0;
    for (int bin = 0; bin < shares.length; bin++) {
      double expected = Math.max(SHARE_MIN, shares[bin]);
      double found = Math.max(SHARE_MIN, actual[bin]);
      index += (found - expected) * Math.log(found / expected);
    }
    return index;
  }

  private static double[] shares(long[] counts) {
    double total = Math.max(1, Arrays.stream(counts).sum());
    return Arrays.stream(counts).mapToDouble(count -> count / total).toArray();
  }

  void toJson(ObjectNode json) {
    Arrays.stream(edges).forEach(json.putArray("edges")::add);
    Arrays.stream(shares).forEach(json.putArray("shares")::add);
  }

  static Bins fromJson(JsonNode json) {
    return new Bins(numbers(json.path("edges")), numbers(json.path("shares")));
  }

  private static double[] numbers(JsonNode list) {
    double[] numbers = new double[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = list.get(i).asDouble();
    }
    return numbers;
  }
}
