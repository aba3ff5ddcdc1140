package dev.traitflow.bench;

import dev.traitflow.bench.job.Calls;
import dev.traitflow.bench.job.Definitions;
import dev.traitflow.bench.job.Form;
import dev.traitflow.bench.job.LaneJobs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** (i) What identity costs the whole job, and what a second lane brings. */
final class SeenIds implements Benchmark {
  private static final int PARALLELISM = 2;
  private static final double NEW_SHARE = 0.05;
  private static final double PER_SECOND = 20_000;
  private static final String ONE = "one-space";
  private static final String TWO = "two-spaces";
  private static final String RESOLVED = "resolved";

  /** A way to run the same calls. */
  private record Way(String name, int parts, LogRun.Job job) {}

  @Override
  public List<String> names() {
    return List.of("i", "identity");
  }

  @Override
  public String claim() {
    return "resolving identities costs the job little, and lanes work side by side";
  }

  @Override
  public double seconds(boolean quick) {
    return quick ? 60 : 900;
  }

  @Override
  public List<Figure> run(Lab lab) throws Exception {
    int events = lab.size(1_000_000, 100_000);
    int known = lab.size(200_000, 20_000);
    write(lab, known, events);
    Map<String, List<Double>> rates = new LinkedHashMap<>();
    int rounds = lab.size(3, 2);
    for (int round = 0; round <= rounds; round++) {
      for (Way way : ways(lab)) {
        String of = round == 0 ? ", to warm up" : ", round " + round + " of " + rounds;
        lab.progress().say(way.name() + of);
        double seconds = LogRun.run(lab, PARALLELISM, way.parts(), way.job()).seconds();
        if (round > 0) {
          rates.computeIfAbsent(way.name(), any -> new ArrayList<>()).add(events / seconds);
        }
      }
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    rates.forEach((name, all) -> medians.put(name, Lab.median(all)));
    return figures(lab, medians);
  }

  private static void write(Lab lab, int known, int events) throws Exception {
    lab.progress().say("makes the calls");
    String space = Definitions.space(Definitions.simple());
    List<Integer> partitions = LaneJobs.partitions(PARALLELISM);
    Calls one = new Calls(43, partitions.get(0), "shop", known, events, NEW_SHARE, PER_SECOND);
    lab.notes().add("(i) " + one + "; 4 traits without windows; parallelism " + PARALLELISM + ".");
    LogRun.writeLog(lab, one, ONE, 0, space);
    LogRun.writeResolved(lab, one, RESOLVED, space);
    for (int part = 0; part < PARALLELISM; part++) {
      Calls half =
          new Calls(
              47 + part,
              partitions.get(part),
              "shop" + part,
              known / PARALLELISM,
              events / PARALLELISM,
              NEW_SHARE,
              PER_SECOND / PARALLELISM);
      LogRun.writeLog(lab, half, TWO, part, space);
    }
  }

  private static List<Way> ways(Lab lab) {
    return List.of(
        new Way(
            RESOLVED,
            PARALLELISM,
            (environment, signals) ->
                LaneJobs.resolved(environment, LogRun.play(lab, signals, RESOLVED, Form.RESOLVED))),
        whole(lab, ONE, 1),
        whole(lab, TWO, PARALLELISM),
        lanes(lab, ONE, 1),
        lanes(lab, TWO, PARALLELISM));
  }

  private static Way whole(Lab lab, String set, int parts) {
    return new Way(
        set,
        parts,
        (environment, signals) ->
            LaneJobs.whole(
                environment, LogRun.play(lab, signals, set, Form.LOG), new DiscardingSink<>()));
  }

  private static Way lanes(Lab lab, String set, int parts) {
    return new Way(
        lanesOf(set),
        parts,
        (environment, signals) ->
            LaneJobs.lanes(environment, LogRun.play(lab, signals, set, Form.LOG)));
  }

  private static String lanesOf(String set) {
    return "lanes of " + set;
  }

  private static List<Figure> figures(Lab lab, Map<String, Double> rates) throws Exception {
    return List.of(
        Figure.atLeast(
            "i",
            "95 % seen id sets: the job / the job with ids resolved before",
            rate(rates, ONE),
            rate(rates, RESOLVED),
            "events/s",
            0.8),
        Figure.atLeast(
            "i",
            "the job: two spaces in two lanes / one space",
            rate(rates, TWO),
            rate(rates, ONE),
            "events/s",
            1.5),
        Figure.atLeast(
            "i",
            "reading, parsing and lanes alone: two spaces / one",
            rate(rates, lanesOf(TWO)),
            rate(rates, lanesOf(ONE)),
            "events/s",
            1.5),
        Figure.number(
            "i", "reading the log's file alone", LogRun.reading(lab, ONE, Form.LOG), "events/s"),
        Figure.number(
            "i",
            "reading the resolved events' files alone",
            LogRun.reading(lab, RESOLVED, Form.RESOLVED),
            "events/s"));
  }

  private static double rate(Map<String, Double> rates, String way) {
    return rates.getOrDefault(way, Double.NaN);
  }
}
