package dev.traitflow.bench;

import dev.traitflow.bench.job.BenchCluster;
import dev.traitflow.bench.job.Calls;
import dev.traitflow.bench.job.Definitions;
import dev.traitflow.bench.job.LaneJobs;
import dev.traitflow.bench.job.MergeSink;
import dev.traitflow.bench.job.MergeTraffic;
import dev.traitflow.bench.job.Signals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** (j) How long two large profiles take to become one, in a job at rest and in one at work. */
final class BigMerge implements Benchmark {
  private static final int PARALLELISM = 2;
  private static final int EVENTS = 10_000;
  private static final double PER_SECOND = 5_000;
  private static final Duration TIMEOUT = Duration.ofMinutes(10);
  private static final long PAUSE_MILLIS = 500;

  @Override
  public List<String> names() {
    return List.of("j", "merge");
  }

  @Override
  public String claim() {
    return "two profiles of 10,000 events each are one within a second";
  }

  @Override
  public double seconds(boolean quick) {
    return quick ? 30 : 90;
  }

  @Override
  public List<Figure> run(Lab lab) throws Exception {
    int merges = lab.size(10, 3);
    Calls others = new Calls(53, 0, "shop", 20_000, 10_000_000, 0.05, PER_SECOND);
    String space = Definitions.space(Definitions.mixed());
    lab.notes()
        .add(
            String.format(
                Locale.ROOT,
                "(j) %d merges at rest and at work after one to warm up, %,d + %,d events over"
                    + " 30 d, 20 traits; at work: %,.0f other calls/s; parallelism %d.",
                merges,
                EVENTS,
                EVENTS,
                PER_SECOND,
                PARALLELISM));
    Signals signals = lab.signals();
    StreamExecutionEnvironment environment = lab.cluster().environment(PARALLELISM);
    LaneJobs.whole(
        environment,
        new MergeTraffic(signals, space, 2 * merges + 1, EVENTS, others),
        new MergeSink(signals, "trait_0"));
    try (BenchCluster.Job job = lab.cluster().start(environment)) {
      lab.progress().say("fills the profiles");
      signals.await(MergeTraffic.FILLED, TIMEOUT, job);
      job.checkpoint();
      lab.progress().say("merges");
      merge(signals, job, 0, 1);
      double[] atRest = merge(signals, job, 1, merges);
      lab.progress().say("merges among other calls");
      signals.raise(MergeTraffic.GO, "");
      Thread.sleep(4 * PAUSE_MILLIS);
      double[] atWork = merge(signals, job, 1 + merges, merges);
      return figures(atRest, atWork);
    }
  }

  private static List<Figure> figures(double[] atRest, double[] atWork) {
    String what = "two profiles of 10,000 events are one, ";
    return List.of(
        Figure.number("j", what + "at rest, median", atRest[0], "s"),
        Figure.below("j", what + "at rest, worst", atRest[1], "s", 1),
        Figure.number("j", what + "at work, median", atWork[0], "s"),
        Figure.below("j", what + "at work, worst", atWork[1], "s", 1));
  }

  /** Merges some pairs, one after the other; median and worst time. */
  private static double[] merge(Signals signals, BenchCluster.Job job, int first, int count)
      throws InterruptedException {
    List<Double> seconds = new ArrayList<>();
    for (int pair = first; pair < first + count; pair++) {
      signals.raise(MergeTraffic.merge(pair), "");
      String[] merging = signals.await(MergeTraffic.merging(pair), TIMEOUT, job).split(" ", -1);
      long offset = Long.parseLong(merging[1]);
      String[] united = signals.await(MergeSink.united(offset), TIMEOUT, job).split(" ", -1);
      if (Integer.parseInt(united[1]) != 2 * EVENTS + 1) {
        throw new IllegalStateException(
            "united value: got " + united[1] + " (expected " + (2 * EVENTS + 1) + ")");
      }
      seconds.add((Long.parseLong(united[0]) - Long.parseLong(merging[0])) / 1e9);
      Thread.sleep(PAUSE_MILLIS);
    }
    double worst = seconds.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
    return new double[] {Lab.median(seconds), worst};
  }
}
