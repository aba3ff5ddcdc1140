package dev.traitflow.bench;

import dev.traitflow.bench.job.Definitions;
import dev.traitflow.bench.job.LiveTraffic;
import dev.traitflow.bench.job.Samples;
import java.util.List;
import java.util.Locale;

/** (f) Values that change because time passes, with very many timers waiting. */
final class PendingTimers implements Benchmark {
  private static final long HOUR = 3_600_000L;
  private static final int LIVE_PROFILES = 1_000;
  private static final double LIVE_RATE = 1_000;

  @Override
  public List<String> names() {
    return List.of("f", "timers");
  }

  @Override
  public String claim() {
    return "values leave their windows in time, a million pending";
  }

  @Override
  public double seconds(boolean quick) {
    return quick ? 30 : 240;
  }

  @Override
  public List<Figure> run(Lab lab) throws Exception {
    int spread = lab.size(1_000_000, 50_000);
    int burst = lab.size(100_000, 10_000);
    int seconds = lab.size(120, 12);
    long burstMillis = seconds * 500L;
    lab.notes()
        .add(
            String.format(
                Locale.ROOT,
                "(f) seed 19; %,d profiles whose value changes evenly over an hour, of which %d s are"
                    + " watched, %,d more whose value changes at one instant; beside %,.0f live"
                    + " events/s.",
                spread,
                seconds,
                burst,
                LIVE_RATE));
    String space =
        Definitions.space(
            List.of(
                LiveRun.sentTrait(0),
                "{\"key\":\"due_soon\",\"slot\":1,\"type\":\"event_counter\",\"event\":\""
                    + LiveTraffic.STORED
                    + "\",\"window\":{\"within\":\"1 d\"}}"));
    lab.progress().say(String.format(Locale.ROOT, "stores %,d events", spread + burst));
    LiveTraffic.Stored leaving =
        new LiveTraffic.Leaving(LIVE_PROFILES, spread, HOUR, burst, burstMillis);
    try (LiveRun run = LiveRun.start(lab, 19, LIVE_PROFILES, 0, space, leaving)) {
      run.rate(LIVE_RATE);
      lab.progress().say("watches timers for " + seconds + " s");
      run.pass(seconds);
      List<Samples.Sample> samples = run.samples();
      long burstInstant = LiveTraffic.LIVE_START + burstMillis;
      long burstAt = run.nanosAt(burstInstant);
      long end = run.nanosAt(LiveTraffic.LIVE_START + seconds * 1_000L);
      // The burst's own second is judged as the burst.
      long[] lags =
          samples.stream()
              .filter(s -> s.kind() == Samples.Kind.DUE && s.since() > LiveTraffic.LIVE_START)
              .filter(s -> Math.abs(s.since() - burstInstant) > 10_000 || s.since() < burstInstant)
              .mapToLong(s -> s.shown() - run.nanosAt(s.since()))
              .toArray();
      long[] bursts =
          samples.stream()
              .filter(s -> s.kind() == Samples.Kind.DUE && s.since() == burstInstant)
              .mapToLong(s -> s.shown() - burstAt)
              .toArray();
      double live = LiveRun.ageSeconds(samples, Samples.Kind.EVENT, burstAt, end, 0.99);
      double shown =
          bursts.length >= burst ? Lab.quantile(bursts, 1) / 1e9 : Double.POSITIVE_INFINITY;
      return List.of(
          Figure.below(
              "f",
              String.format(
                  Locale.ROOT, "lag p99 of %,d changes, %,d pending", lags.length, spread),
              Lab.quantile(lags, 0.99) / 1e9,
              "s",
              1),
          Figure.below(
              "f",
              String.format(Locale.ROOT, "%,d at one instant, all shown after", burst),
              shown,
              "s",
              10),
          Figure.below("f", "live p99 freshness from that instant on", live, "s", 2));
    }
  }
}
