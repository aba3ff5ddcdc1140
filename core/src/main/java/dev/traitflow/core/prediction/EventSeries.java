package dev.traitflow.core.prediction;

import java.util.Arrays;

/**
 * The times and amounts of one event name of one profile, oldest first, and the numbers of {@link
 * FeatureSet#EVENT_FEATURES} over them. Sums run oldest to newest, always: their bits are part of
 * the promise that training and serving agree.
 */
final class EventSeries {
  private static final long DAY = PredictionDefinition.DAY;
  private static final int[] COUNT_DAYS = {1, 3, 7, 14, 30, 60, 90, 180, 365};
  private static final int[] AMOUNT_DAYS = {30, 90, 365};

  private long[] times = new long[8];
  private double[] amounts = new double[8];
  private int size;

  /** Adds an event not older than those before it; the amount is NaN if it has none. */
  void add(long time, double amount) {
    if (size == times.length) {
      times = Arrays.copyOf(times, size * 2);
      amounts = Arrays.copyOf(amounts, size * 2);
    }
    times[size] = time;
    amounts[size++] = amount;
  }

  /** Writes the features at the instant to the first positions of {@code out}. */
  void write(double[] out, long at) {
    int next = 0;
    for (int days : COUNT_DAYS) {
      out[next++] = size - firstWithin(at, days);
    }
    out[next++] = size;
    long[] activeDays = activeDays();
    out[next++] = activeDays.length;
    double sinceFirst = size == 0 ? FeatureSet.NEVER : days(at - times[0]);
    double sinceLast = size == 0 ? FeatureSet.NEVER : days(at - times[size - 1]);
    out[next++] = sinceFirst;
    out[next++] = sinceLast;
    double gapMean = writeGaps(out, next, activeDays);
    next += 5;
    out[next++] = gapMean > 0 ? sinceLast / gapMean : FeatureSet.NEVER;
    out[next++] = trend(at, 30);
    out[next++] = trend(at, 90);
    out[next++] = size == 0 ? 0 : activeDays.length / Math.max(1, Math.ceil(sinceFirst));
    out[next++] = size == 0 || sinceFirst == 0 ? 0 : (sinceFirst - sinceLast) / sinceFirst;
    out[next++] = weekendShare();
    writeAmounts(out, next, at);
  }

  /** Events of the last n days minus those of the n days before. */
  private double trend(long at, int days) {
    return size - firstWithin(at, days) - (firstWithin(at, days) - firstWithin(at, 2 * days));
  }

  /** Gaps in days between neighbouring active days; returns the mean. */
  private static double writeGaps(double[] out, int start, long[] activeDays) {
    int gaps = activeDays.length - 1;
    if (gaps < 1) {
      Arrays.fill(out, start, start + 5, FeatureSet.NEVER);
      return FeatureSet.NEVER;
    }
    long[] sorted = new long[gaps];
    for (int i = 0; i < gaps; i++) {
      sorted[i] = activeDays[i + 1] - activeDays[i];
    }
    long last = sorted[gaps - 1];
    Arrays.sort(sorted);
    double mean = (activeDays[gaps] - activeDays[0]) / (double) gaps;
    double squares = 0;
    for (long gap : sorted) {
      squares += (gap - mean) * (gap - mean);
    }
    out[start] = mean;
    out[start + 1] = (sorted[(gaps - 1) / 2] + sorted[gaps / 2]) / 2.0;
    out[start + 2] = last;
    out[start + 3] = sorted[gaps - 1];
    out[start + 4] = Math.sqrt(squares / gaps);
    return mean;
  }

  private void writeAmounts(double[] out, int start, long at) {
    int count = 0;
    double sum = 0;
    double max = 0;
    double last = 0;
    for (int i = 0; i < size; i++) {
      if (!Double.isNaN(amounts[i])) {
        sum += amounts[i];
        max = count == 0 ? amounts[i] : Math.max(max, amounts[i]);
        last = amounts[i];
        count++;
      }
    }
    out[start] = count;
    out[start + 1] = sum;
    out[start + 2] = count == 0 ? 0 : sum / count;
    out[start + 3] = max;
    out[start + 4] = last;
    int next = start + 5;
    for (int days : AMOUNT_DAYS) {
      double within = 0;
      for (int i = firstWithin(at, days); i < size; i++) {
        within += Double.isNaN(amounts[i]) ? 0 : amounts[i];
      }
      out[next++] = within;
    }
  }

  private double weekendShare() {
    int weekend = 0;
    for (int i = 0; i < size; i++) {
      // The epoch's first day was a Thursday: 2 is Saturday and 3 is Sunday.
      long weekday = Math.floorMod(Math.floorDiv(times[i], DAY), 7L);
      weekend += weekday == 2 || weekday == 3 ? 1 : 0;
    }
    return size == 0 ? 0 : weekend / (double) size;
  }

  private long[] activeDays() {
    long[] days = new long[size];
    int count = 0;
    for (int i = 0; i < size; i++) {
      long day = Math.floorDiv(times[i], DAY);
      if (count == 0 || days[count - 1] != day) {
        days[count++] = day;
      }
    }
    return Arrays.copyOf(days, count);
  }

  /** Index of the first event not older than that many days. */
  private int firstWithin(long at, int days) {
    long from = at - days * DAY;
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (times[middle] < from) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static double days(long millis) {
    return millis / (double) DAY;
  }
}
