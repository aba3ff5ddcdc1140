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
  private static final String ANSWERED = "ids resolved before";
  private static final String DEDUPLICATED = "ids resolved before, repeats dropped";
  private static final String RESOLVED = "calls parsed and ids resolved before";
  private static final String ONE_CORE = "one space on one core";

  /** A way to run the same calls; its parallelism is the number of cores it may use. */
  private record Way(String name, int cores, int parts, LogRun.Job job) {}

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
        double seconds = seconds(lab, way);
        if (round > 0) {
          rates.computeIfAbsent(way.name(), any -> new ArrayList<>()).add(events / seconds);
        }
      }
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    rates.forEach((name, all) -> medians.put(name, Lab.median(all)));
    return figures(lab, medians);
  }

  private static double seconds(Lab lab, Way way) throws Exception {
    Cores cores = Cores.first(way.cores());
    try {
      return LogRun.run(lab, way.cores(), way.parts(), way.job()).seconds();
    } finally {
      cores.release();
    }
  }

  private static void write(Lab lab, int known, int events) throws Exception {
    lab.progress().say("makes the calls");
    String space = Definitions.space(Definitions.simple());
    Calls one = new Calls(43, 0, "shop", known, events, NEW_SHARE, PER_SECOND);
    lab.notes().add("(i) " + one + "; 4 traits without windows; parallelism " + PARALLELISM + ".");
    LogRun.writeLog(lab, one, ONE, 0, space);
    LogRun.writeAnswered(lab, one, ANSWERED, space);
    LogRun.writeResolved(lab, one, RESOLVED, space);
    for (int part = 0; part < PARALLELISM; part++) {
      Calls half =
          new Calls(
              47 + part,
              part,
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
            ANSWERED,
            PARALLELISM,
            1,
            (environment, signals) ->
                LaneJobs.answered(environment, LogRun.play(lab, signals, ANSWERED, Form.ANSWERED))),
        new Way(
            DEDUPLICATED,
            PARALLELISM,
            1,
            (environment, signals) ->
                LaneJobs.deduplicated(
                    environment, LogRun.play(lab, signals, ANSWERED, Form.ANSWERED))),
        new Way(
            RESOLVED,
            PARALLELISM,
            PARALLELISM,
            (environment, signals) ->
                LaneJobs.resolved(environment, LogRun.play(lab, signals, RESOLVED, Form.RESOLVED))),
        new Way(ONE, PARALLELISM, 1, whole(lab, ONE)),
        new Way(ONE_CORE, 1, 1, whole(lab, ONE)),
        new Way(TWO, PARALLELISM, PARALLELISM, whole(lab, TWO)),
        new Way(lanesOf(ONE), PARALLELISM, 1, lanes(lab, ONE)),
        new Way(lanesOf(TWO), PARALLELISM, PARALLELISM, lanes(lab, TWO)));
  }

  private static LogRun.Job whole(Lab lab, String set) {
    return (environment, signals) ->
        LaneJobs.whole(
            environment, LogRun.play(lab, signals, set, Form.LOG), new DiscardingSink<>());
  }

  private static LogRun.Job lanes(Lab lab, String set) {
    return (environment, signals) ->
        LaneJobs.lanes(environment, LogRun.play(lab, signals, set, Form.LOG));
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
            rate(rates, DEDUPLICATED),
            "events/s",
            0.8),
        Figure.atLeast(
            "i",
            "the same / the job without a lane: ids resolved and repeats dropped before",
            rate(rates, ONE),
            rate(rates, ANSWERED),
            "events/s",
            0.8),
        Figure.beside(
            "i",
            "the job / the job with calls parsed, spread and ids resolved before",
            rate(rates, ONE),
            rate(rates, RESOLVED),
            "events/s"),
        Figure.atLeast(
            "i",
            "the job: two spaces on two cores / one space on one core",
            rate(rates, TWO),
            rate(rates, ONE_CORE),
            "events/s",
            1.5),
        Figure.beside(
            "i",
            "the job: two spaces / one space, both on two cores",
            rate(rates, TWO),
            rate(rates, ONE),
            "events/s"),
        Figure.beside(
            "i",
            "reading, parsing and lanes alone: two spaces / one, both on two cores",
            rate(rates, lanesOf(TWO)),
            rate(rates, lanesOf(ONE)),
            "events/s"),
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
