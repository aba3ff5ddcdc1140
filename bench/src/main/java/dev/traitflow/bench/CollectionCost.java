package dev.traitflow.bench;

import dev.traitflow.bench.job.BenchCluster;
import dev.traitflow.bench.job.Collected;
import dev.traitflow.bench.job.CollectedTraffic;
import dev.traitflow.bench.job.FlushSink;
import dev.traitflow.bench.job.LaneJobs;
import dev.traitflow.bench.job.Signals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** (q) What an event costs must not depend on how much its profile has collected. */
final class CollectionCost implements Benchmark {
  private static final double TARGET = 2;
  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  @Override
  public List<String> names() {
    return List.of("q", "collections");
  }

  @Override
  public String claim() {
    return "an event costs the same however much its profile has collected";
  }

  @Override
  public double seconds(boolean quick) {
    return quick ? 60 : 240;
  }

  @Override
  public List<Figure> run(Lab lab) throws Exception {
    int events = lab.size(1_000, 500);
    int rounds = lab.size(3, 2);
    lab.notes()
        .add(
            String.format(
                Locale.ROOT,
                "(q) the whole job without Kafka, parallelism 1; %,d events of one profile, a"
                    + " barrier behind each; CPU of all threads, after one round to warm up; median of %d rounds.",
                events,
                rounds));
    Signals signals = lab.signals();
    StreamExecutionEnvironment environment = lab.cluster().environment(1);
    LaneJobs.whole(
        environment, new CollectedTraffic(signals, events, rounds), new FlushSink(signals));
    List<Figure> figures = new ArrayList<>();
    try (BenchCluster.Job job = lab.cluster().start(environment)) {
      for (Collected collected : Collected.values()) {
        figures.add(figure(lab, signals, job, collected, rounds));
      }
    }
    return figures;
  }

  private static Figure figure(
      Lab lab, Signals signals, BenchCluster.Job job, Collected collected, int rounds)
      throws InterruptedException {
    List<Double> costs = new ArrayList<>();
    for (int size : collected.sizes()) {
      lab.progress().say(String.format(Locale.ROOT, "%,d %s", size, collected.title()));
      List<Double> measured = new ArrayList<>();
      for (int round = 1; round <= rounds; round++) {
        String name = CollectedTraffic.timed(collected, size, round);
        measured.add(Double.parseDouble(signals.await(name, TIMEOUT, job)));
      }
      costs.add(Lab.median(measured));
    }
    String what = collected.title() + ", CPU of an event at";
    for (int i = 0; i < costs.size(); i++) {
      what +=
          String.format(
              Locale.ROOT,
              "%s %,d: %,.0f",
              i == 0 ? "" : ",",
              collected.sizes().get(i),
              costs.get(i));
    }
    double most = costs.get(costs.size() - 1);
    double least = costs.get(0);
    return new Figure(
        "q",
        what,
        most,
        least,
        "us",
        most / least,
        collected.isFlat() ? new Figure.Target(false, TARGET) : null);
  }
}
