package dev.traitflow.core.prediction;

import dev.traitflow.core.prediction.FeatureFacts.Fact;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The events of one name of one profile, oldest first, and the numbers of {@link
 * FeatureSet#EVENT_FEATURES} over them. Sums run oldest to newest, always: their bits are part of
 * the promise that training and serving agree.
 */
final class EventSeries {
  private static final long DAY = PredictionDefinition.DAY;
  private static final long HOUR = 3_600_000L;
  private static final int[] COUNT_DAYS = {1, 3, 7, 14, 30, 60, 90, 180, 365};
  private static final int[] ACTIVE_DAYS = {30, 90, 365};
  private static final int[] TREND_DAYS = {7, 14, 30, 90};
  private static final int[] AMOUNT_DAYS = {7, 14, 30, 60, 90, 180, 365};
  private static final int[] AMOUNT_TREND_DAYS = {30, 90};

  private final List<Fact> facts = new ArrayList<>();

  /** Adds an event not older than those before it. */
  void add(Fact fact) {
    facts.add(fact);
  }

  /** How many events there are. */
  int size() {
    return facts.size();
  }

  /** When the newest event happened, epoch milliseconds; there must be one. */
  long last() {
    return facts.get(facts.size() - 1).time();
  }

  /** Writes the features at the instant to the first positions of {@code out}. */
  void write(double[] out, long at) {
    int size = facts.size();
    int next = 0;
    for (int days : COUNT_DAYS) {
      out[next++] = size - firstWithin(at, days);
    }
    out[next++] = size;
    long[] activeDays = activeDays(0);
    out[next++] = activeDays.length;
    for (int days : ACTIVE_DAYS) {
      out[next++] = activeDays(firstWithin(at, days)).length;
    }
    double sinceFirst = size == 0 ? FeatureSet.NEVER : days(at - facts.get(0).time());
    double sinceLast = size == 0 ? FeatureSet.NEVER : days(at - facts.get(size - 1).time());
    out[next++] = sinceFirst;
    out[next++] = sinceLast;
    double gapMean = writeGaps(out, next, activeDays);
    next += 5;
    out[next++] = gapMean > 0 ? sinceLast / gapMean : FeatureSet.NEVER;
    for (int days : TREND_DAYS) {
      int within = firstWithin(at, days);
      out[next++] = size - within - (within - firstWithin(at, 2 * days));
    }
    double tenure = Math.max(1, Math.ceil(sinceFirst));
    out[next++] = activeDays.length / tenure;
    out[next++] = size / tenure;
    out[next++] = sinceFirst <= 0 ? 0 : (sinceFirst - sinceLast) / sinceFirst;
    out[next++] = weekendShare();
    next = writeAmounts(out, next, at);
    writeProducts(out, next);
  }

  /** Writes the entropies of hours and weekdays and the mean hour; returns the next position. */
  int writeRhythm(double[] out, int start) {
    int[] hours = new int[24];
    int[] weekdays = new int[7];
    double sum = 0;
    for (Fact fact : facts) {
      int hour = (int) (Math.floorMod(fact.time(), DAY) / HOUR);
      hours[hour]++;
      sum += hour;
      weekdays[(int) Math.floorMod(Math.floorDiv(fact.time(), DAY), 7L)]++;
    }
    out[start] = entropy(hours);
    out[start + 1] = entropy(weekdays);
    out[start + 2] = facts.isEmpty() ? 0 : sum / facts.size();
    return start + 3;
  }

  private double entropy(int[] counts) {
    double entropy = 0;
    for (int count : counts) {
      if (count > 0) {
        double share = count / (double) facts.size();
        entropy -= share * Math.log(share);
      }
    }
    return entropy;
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

  private int writeAmounts(double[] out, int start, long at) {
    double[] amounts = amounts();
    int count = amounts.length;
    double sum = 0;
    double negative = 0;
    double max = count == 0 ? 0 : amounts[0];
    double min = max;
    for (double amount : amounts) {
      sum += amount;
      negative += Math.min(0, amount);
      max = Math.max(max, amount);
      min = Math.min(min, amount);
    }
    double mean = count == 0 ? 0 : sum / count;
    double squares = 0;
    for (double amount : amounts) {
      squares += (amount - mean) * (amount - mean);
    }
    int next = start;
    out[next++] = count;
    out[next++] = sum;
    out[next++] = mean;
    out[next++] = max;
    out[next++] = min;
    out[next++] = count == 0 ? 0 : amounts[0];
    out[next++] = count == 0 ? 0 : amounts[count - 1];
    out[next++] = count == 0 ? 0 : Math.sqrt(squares / count);
    out[next++] = negative;
    for (int days : AMOUNT_DAYS) {
      out[next++] = amount(firstWithin(at, days), facts.size());
    }
    for (int days : AMOUNT_TREND_DAYS) {
      int within = firstWithin(at, days);
      out[next++] = amount(within, facts.size()) - amount(firstWithin(at, 2 * days), within);
    }
    return next;
  }

  /** Those that are numbers, oldest first. */
  private double[] amounts() {
    double[] amounts = new double[facts.size()];
    int count = 0;
    for (int i = 0; i < amounts.length; i++) {
      double amount = facts.get(i).amount();
      if (!Double.isNaN(amount)) {
        amounts[count++] = amount;
      }
    }
    return Arrays.copyOf(amounts, count);
  }

  private double amount(int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      double amount = facts.get(i).amount();
      sum += Double.isNaN(amount) ? 0 : amount;
    }
    return sum;
  }

  private void writeProducts(double[] out, int start) {
    double items = 0;
    int lines = 0;
    int naming = 0;
    for (Fact fact : facts) {
      items += fact.items();
      lines += fact.products().length;
      naming += fact.products().length > 0 ? 1 : 0;
    }
    long[] products = new long[lines];
    int next = 0;
    for (Fact fact : facts) {
      for (long product : fact.products()) {
        products[next++] = product;
      }
    }
    Arrays.sort(products);
    int distinct = 0;
    for (int i = 0; i < lines; i++) {
      distinct += i == 0 || products[i] != products[i - 1] ? 1 : 0;
    }
    out[start] = items;
    out[start + 1] = distinct;
    out[start + 2] = naming == 0 ? 0 : lines / (double) naming;
  }

  private double weekendShare() {
    int weekend = 0;
    for (Fact fact : facts) {
      // The epoch's first day was a Thursday: 2 is Saturday and 3 is Sunday.
      long weekday = Math.floorMod(Math.floorDiv(fact.time(), DAY), 7L);
      weekend += weekday == 2 || weekday == 3 ? 1 : 0;
    }
    return facts.isEmpty() ? 0 : weekend / (double) facts.size();
  }

  private long[] activeDays(int from) {
    long[] days = new long[facts.size() - from];
    int count = 0;
    for (int i = from; i < facts.size(); i++) {
      long day = Math.floorDiv(facts.get(i).time(), DAY);
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
    int high = facts.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (facts.get(middle).time() < from) {
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
