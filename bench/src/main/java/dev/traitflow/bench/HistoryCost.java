package dev.traitflow.bench;

import dev.traitflow.bench.job.BenchCluster;
import dev.traitflow.bench.job.FoldJobs;
import dev.traitflow.bench.job.MeasureSink;
import dev.traitflow.bench.job.Signals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** (c) What an event costs must not depend on how many the profile has already. */
final class HistoryCost implements Benchmark {
  private static final double TARGET = 1.5;

  @Override
  public List<String> names() {
    return List.of("c", "history");
  }

  @Override
  public String claim() {
    return "an event costs the same however long the history is";
  }

  @Override
  public double seconds(boolean quick) {
    return quick ? 45 : 420;
  }

  @Override
  public List<Figure> run(Lab lab) throws Exception {
    List<Integer> sizes = lab.quick() ? List.of(1_000, 10_000, 100_000) : FULL;
    int rounds = lab.size(3, 1);
    lab.notes()
        .add(
            "(c) seed 13; one profile with "
                + sizes
                + " stored events over 10 d; each of 10 calculations in windows of 30 d (keeps all)"
                + " and 5 d (lets one go for each that comes); 5 % late by up to 30 d; 5,000"
                + " distinct values; one watermark an event.");
    Map<String, List<Double>> cpu = new LinkedHashMap<>();
    Map<String, List<Double>> p99 = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      for (int size : sizes) {
        lab.progress().say(String.format(Locale.ROOT, "%,d events, round %d", size, round + 1));
        for (LongLife.Cost cost : measure(lab, size)) {
          String place = cost.calculation() + "/" + size;
          cpu.computeIfAbsent(place, any -> new ArrayList<>()).add(cost.cpuMicros());
          p99.computeIfAbsent(place, any -> new ArrayList<>()).add(cost.p99Micros());
        }
      }
    }
    List<Figure> figures = new ArrayList<>();
    for (String calculation : LongLife.names()) {
      double bound = calculation.equals(LongLife.ALL) ? TARGET : Double.NaN;
      add(figures, calculation, "CPU", cpu, sizes, bound);
      if (calculation.equals(LongLife.ALL)) {
        add(figures, calculation, "p99", p99, sizes, bound);
      }
    }
    return figures;
  }

  private static final List<Integer> FULL = List.of(1_000, 100_000, 1_000_000);

  private static void add(
      List<Figure> figures,
      String calculation,
      String what,
      Map<String, List<Double>> costs,
      List<Integer> sizes,
      double bound) {
    double least = Double.MAX_VALUE;
    double most = 0;
    StringBuilder said = new StringBuilder();
    for (int size : sizes) {
      double cost =
          Lab.median(
              costs.getOrDefault(calculation + "/" + size, List.of(Double.POSITIVE_INFINITY)));
      least = Math.min(least, cost);
      most = Math.max(most, cost);
      String text =
          Double.isInfinite(cost) ? "not done" : String.format(Locale.ROOT, "%,.0f", cost);
      said.append(said.isEmpty() ? "" : ", ").append(text);
    }
    String title = calculation + ", " + what + " an event at each size: " + said;
    figures.add(
        new Figure(
            "c",
            title,
            most,
            least,
            "us",
            most / least,
            Double.isNaN(bound) ? null : new Figure.Target(false, bound)));
  }

  private static List<LongLife.Cost> measure(Lab lab, int size) throws Exception {
    Signals signals = lab.signals();
    StreamExecutionEnvironment environment = lab.cluster().environment(1);
    LongLife life = new LongLife(signals, size, lab.quick());
    FoldJobs.chained(environment, life, new MeasureSink(signals));
    try (BenchCluster.Job job = lab.cluster().start(environment)) {
      Duration patience = Duration.ofSeconds(lab.size(600, 40));
      if (signals.awaitUntil(LongLife.DONE, patience, job)) {
        return LongLife.read(signals.text(LongLife.DONE));
      }
      lab.notes()
          .add(
              String.format(
                  Locale.ROOT, "(c) %,d events: given up after %d s.", size, patience.toSeconds()));
      return signals.isRaised(LongLife.SO_FAR)
          ? LongLife.read(signals.text(LongLife.SO_FAR))
          : List.of();
    }
  }
}
