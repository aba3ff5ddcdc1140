package dev.traitflow.bench;

import dev.traitflow.bench.job.Definitions;
import dev.traitflow.bench.job.LiveTraffic;
import dev.traitflow.bench.job.MessageFile;
import dev.traitflow.bench.job.Samples;
import dev.traitflow.bench.job.Traffic;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** (d) One profile that gets 30 % of all events must not hold up the others. */
final class HotProfile implements Benchmark {
  private static final double HOT_SHARE = 0.3;
  private static final long DAY = 86_400_000L;

  @Override
  public List<String> names() {
    return List.of("d", "hot");
  }

  @Override
  public String claim() {
    return "one profile with 30 % of all events does not hold up the others";
  }

  @Override
  public double seconds(boolean quick) {
    return quick ? 45 : 300;
  }

  @Override
  public List<Figure> run(Lab lab) throws Exception {
    int events = lab.size(500_000, 50_000);
    int profiles = lab.size(50_000, 5_000);
    Traffic even = new Traffic(23, profiles, events, 0, 0, DAY, 0, DAY);
    Traffic hot = new Traffic(23, profiles, events, 0, HOT_SHARE, DAY, 0, DAY);
    lab.notes().add("(d) " + hot + "; against the same without; 20 traits.");
    MessageFile.write(even, lab.folder(), "even", 1, m -> 0);
    MessageFile.write(hot, lab.folder(), "hot", 1, m -> 0);
    String space = Definitions.space(Definitions.mixed());
    List<Double> evenRates = new ArrayList<>();
    List<Double> hotRates = new ArrayList<>();
    int rounds = lab.size(3, 1);
    for (int round = 0; round <= rounds; round++) {
      String of = round == 0 ? "to warm up" : "round " + round + " of " + rounds;
      lab.progress().say("even load, parallelism 1, " + of);
      double evenRate = events / FoldAgainstRocks.fold(lab, 1, "even", space).seconds();
      lab.progress().say("hot profile, parallelism 1, " + of);
      double hotRate = events / FoldAgainstRocks.fold(lab, 1, "hot", space).seconds();
      if (round > 0) {
        evenRates.add(evenRate);
        hotRates.add(hotRate);
      }
    }
    double[] peak = new double[1];
    double evenAge = age(lab, profiles, 0, peak);
    double hotAge = age(lab, profiles, HOT_SHARE, peak);
    return List.of(
        Figure.atLeast(
            "d",
            "parallelism 1, hot / uniform",
            Lab.median(hotRates),
            Lab.median(evenRates),
            "events/s",
            0.9),
        Figure.atMost(
            "d",
            String.format(
                Locale.ROOT,
                "p99 freshness of the others at %,.0f events/s, hot / uniform",
                peak[0] / 2),
            hotAge,
            evenAge,
            "s",
            1.5));
  }

  /** The p99 freshness of the profiles that are not hot, at half of the peak of uniform load. */
  private static double age(Lab lab, int profiles, double hotShare, double[] peak)
      throws Exception {
    double watched = lab.size(30, 5);
    List<String> traits = new ArrayList<>(Definitions.mixed());
    traits.add(LiveRun.sentTrait(traits.size()));
    String space =
        Definitions.space(traits).replace("\"Product Viewed\"", "\"" + LiveTraffic.LIVE + "\"");
    try (LiveRun run =
        LiveRun.start(lab, 29, profiles, hotShare, space, new LiveTraffic.Histories(0, 1, DAY))) {
      if (peak[0] == 0) {
        lab.progress().say("peak load, parallelism 2");
        run.rate(0);
        run.pass(watched / 2);
        peak[0] = run.throughput(watched);
      }
      lab.progress().say(hotShare == 0 ? "half load, even" : "half load, hot profile");
      run.rate(peak[0] / 2);
      run.pass(watched / 2);
      long began = System.nanoTime();
      run.pass(watched);
      long ended = System.nanoTime();
      return LiveRun.ageSeconds(run.samples(), Samples.Kind.EVENT, began, ended, 0.99);
    }
  }
}
