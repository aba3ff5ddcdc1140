package dev.traitflow.bench;

import dev.traitflow.bench.job.BenchCluster;
import dev.traitflow.bench.job.Signals;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where a benchmark runs.
 *
 * @param cluster runs its jobs
 * @param folder for its files
 * @param quick whether to use the small sizes
 * @param progress told at every step
 * @param runs how many runs there were, to name their folders
 * @param notes what is said below the table
 */
record Lab(
    BenchCluster cluster,
    Path folder,
    boolean quick,
    Progress progress,
    AtomicInteger runs,
    List<String> notes) {

  /** One of two sizes. */
  int size(int full, int small) {
    return quick ? small : full;
  }

  /** Signals for a new run. */
  Signals signals() throws IOException {
    return Signals.in(folder.resolve("run-" + runs.incrementAndGet()));
  }

  /** The middle one of the numbers, or the mean of the middle two. */
  static double median(List<Double> numbers) {
    double[] sorted = numbers.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /** The number that {@code share} of the numbers do not exceed; 0 if there are none. */
  static double quantile(long[] numbers, double share) {
    if (numbers.length == 0) {
      return 0;
    }
    long[] sorted = numbers.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.min(sorted.length - 1, Math.ceil(sorted.length * share))];
  }
}
