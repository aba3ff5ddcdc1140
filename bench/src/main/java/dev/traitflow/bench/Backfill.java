package dev.traitflow.bench;

import dev.traitflow.bench.job.Definitions;
import dev.traitflow.bench.job.LiveTraffic;
import dev.traitflow.bench.job.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** (e) A new sliding-window trait over stored histories, while events keep coming. */
final class Backfill implements Benchmark {
  private static final long DAY = 86_400_000L;

  @Override
  public List<String> names() {
    return List.of("e", "backfill");
  }

  @Override
  public String claim() {
    return "a new trait is computed from the histories while events flow";
  }

  @Override
  public double seconds(boolean quick) {
    return quick ? 35 : 900;
  }

  @Override
  public List<Figure> run(Lab lab) throws Exception {
    int stored = lab.size(10_000_000, 500_000);
    int profiles = lab.size(100_000, 10_000);
    Duration patience = Duration.ofSeconds(lab.size(1_800, 60));
    double settle = lab.size(20, 4);
    lab.notes()
        .add(
            String.format(
                Locale.ROOT,
                "(e) seed 17; %,d stored events of %,d profiles over 60 d; live events to the same"
                    + " profiles; then a trait within 30 d is defined at half of peak load, another"
                    + " at full load; freshness is from the source to the fold's sink.",
                stored,
                profiles));
    lab.progress().say(String.format(Locale.ROOT, "stores %,d events", stored));
    LiveTraffic.Stored histories = new LiveTraffic.Histories(stored, profiles, 60 * DAY);
    try (LiveRun run = LiveRun.start(lab, 17, profiles, 0, space(0), histories)) {
      run.rate(0);
      run.pass(settle / 2);
      lab.progress().say("full load before");
      double before = run.throughput(settle);
      run.rate(before / 2);
      lab.progress().say("half load before");
      run.pass(settle);
      lab.progress().say("half load during the backfill");
      long[] checkpoints = run.checkpoints();
      long began = System.nanoTime();
      double seconds = run.awaitDefined(run.define(space(1)), began, patience);
      long ended = System.nanoTime();
      long[] checkpointsAfter = run.checkpoints();
      lab.progress().say("full load during a backfill");
      run.rate(0);
      run.pass(settle / 2);
      long sent = run.sent();
      long fullBegan = System.nanoTime();
      double fullSeconds = run.awaitDefined(run.define(space(2)), fullBegan, patience);
      double during = (run.sent() - sent) / ((System.nanoTime() - fullBegan) / 1e9);
      run.rate(before / 2);
      List<Samples.Sample> samples = run.samples();
      double agedBefore =
          LiveRun.ageSeconds(
              samples, Samples.Kind.EVENT, began - (long) (settle / 2 * 1e9), began, 0.99);
      double aged = LiveRun.ageSeconds(samples, Samples.Kind.EVENT, began, ended, 0.99);
      List<Figure> figures = new ArrayList<>();
      figures.add(
          Figure.number(
              "e",
              String.format(Locale.ROOT, "backfill of %,d events, half load", stored),
              seconds,
              "s"));
      figures.add(Figure.number("e", "the same at full load", fullSeconds, "s"));
      figures.add(Figure.number("e", "stored events read a second", stored / seconds, "events/s"));
      figures.add(Figure.number("e", "live p99 freshness before", agedBefore, "s"));
      figures.add(Figure.below("e", "live p99 freshness during", aged, "s", 2));
      figures.add(
          Figure.atLeast(
              "e", "full-load throughput during / before", during, before, "events/s", 0.5));
      figures.add(
          Figure.number(
              "e",
              "checkpoints completed during",
              (double) (checkpointsAfter[0] - checkpoints[0]),
              ""));
      figures.add(
          Figure.below(
              "e",
              "checkpoints failed during",
              (double) (checkpointsAfter[1] - checkpoints[1]),
              "",
              0));
      return figures;
    }
  }

  /** Two live traits, and so many new ones. */
  private static String space(int added) {
    List<String> traits = new ArrayList<>();
    traits.add(LiveRun.sentTrait(0));
    traits.add(
        "{\"key\":\"pings\",\"slot\":1,\"type\":\"event_counter\",\"event\":\""
            + LiveTraffic.LIVE
            + "\",\"window\":{\"within\":\"7 d\"}}");
    for (int n = 0; n < added; n++) {
      traits.add(
          String.format(
              Locale.ROOT,
              "{\"key\":\"spent_%d\",\"slot\":%d,\"type\":\"aggregation\",\"aggregation\":\"%s\","
                  + "\"property\":\"price\",\"event\":\"%s\",\"window\":{\"within\":\"30 d\"}}",
              n,
              2 + n,
              n == 0 ? "sum" : "avg",
              LiveTraffic.STORED));
    }
    return Definitions.space(traits);
  }
}
