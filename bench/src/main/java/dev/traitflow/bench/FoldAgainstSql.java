package dev.traitflow.bench;

import dev.traitflow.bench.job.BenchCluster;
import dev.traitflow.bench.job.Definitions;
import dev.traitflow.bench.job.MessageFile;
import dev.traitflow.bench.job.PlayFiles;
import dev.traitflow.bench.job.Signals;
import dev.traitflow.bench.job.Traffic;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.jobs.runtime.EventMessage.LiveEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.types.Row;

/** (b) The fold against the same questions in Flink SQL, and which of SQL's answers are wrong. */
final class FoldAgainstSql implements Benchmark {
  private static final int PARALLELISM = 2;
  private static final Duration TIMEOUT = Duration.ofMinutes(30);
  private static final long DAY = 86_400_000L;
  private static final long WINDOW = 30 * DAY;
  private static final String COUNTER = "\"type\":\"event_counter\",\"event\":";
  private static final String VIEWED = "\"Product Viewed\"";
  private static final String ORDERED = "\"Order Completed\"";

  @Override
  public List<String> names() {
    return List.of("b", "sql");
  }

  @Override
  public String claim() {
    return "the fold keeps up with Flink SQL, and is right between events";
  }

  @Override
  public double seconds(boolean quick) {
    return quick ? 60 : 480;
  }

  @Override
  public List<Figure> run(Lab lab) throws Exception {
    Traffic lifetime =
        new Traffic(
            31,
            lab.size(100_000, 10_000),
            lab.size(1_000_000, 100_000),
            1.0,
            0,
            30 * DAY,
            0.02,
            DAY);
    Traffic sliding =
        new Traffic(37, lab.size(1_000, 200), lab.size(950_000, 60_000), 0, 0, 60 * DAY, 0.02, DAY);
    lab.notes().add("(b) lifetime: " + lifetime + "; 6 traits; SQL with mini-batches, no history.");
    lab.notes().add("(b) sliding: " + sliding + "; 3 traits within 30 d; SQL: OVER RANGE.");
    List<Figure> figures = new ArrayList<>();
    figures.add(
        compare(
            lab,
            "lifetime aggregates / GROUP BY",
            lifetime,
            lifetimeTraits(""),
            SqlOpponent.LIFETIME,
            0.35));
    figures.add(
        compare(
            lab,
            "sliding windows / OVER RANGE",
            sliding,
            lifetimeTraits(",\"window\":{\"within\":\"30 d\"}").subList(0, 3),
            SqlOpponent.SLIDING,
            4));
    figures.addAll(wrong(lab, sliding));
    return figures;
  }

  private static List<String> lifetimeTraits(String window) {
    List<String> fields = new ArrayList<>(List.of(COUNTER + VIEWED, COUNTER + ORDERED));
    for (String aggregation : List.of("sum", "avg", "min", "max")) {
      fields.add(
          "\"type\":\"aggregation\",\"aggregation\":\""
              + aggregation
              + "\",\"property\":\"revenue\",\"event\":"
              + ORDERED);
    }
    List<String> traits = new ArrayList<>();
    for (int slot = 0; slot < fields.size(); slot++) {
      traits.add(Definitions.trait(slot, "trait_" + slot, fields.get(slot) + window, ""));
    }
    return traits;
  }

  private static Figure compare(
      Lab lab, String what, Traffic traffic, List<String> traits, String query, double bound)
      throws Exception {
    String set = "sql-" + traffic.seed();
    lab.progress().say(what + ": makes the events");
    MessageFile.write(
        traffic, lab.folder(), set, PARALLELISM, m -> (int) (m.sequence() % PARALLELISM));
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    int rounds = lab.size(3, 1);
    for (int round = 0; round <= rounds; round++) {
      String of = round == 0 ? ", to warm up" : ", round " + round + " of " + rounds;
      lab.progress().say(what + ": SQL" + of);
      double sql = sql(lab, set, query, lab.signals(), new DiscardingSink<>());
      lab.progress().say(what + ": the fold" + of);
      double fold =
          FoldAgainstRocks.fold(lab, PARALLELISM, set, Definitions.space(traits)).seconds();
      if (round > 0) {
        ours.add(traffic.events() / fold);
        theirs.add(traffic.events() / sql);
      }
    }
    return Figure.atLeast("b", what, Lab.median(ours), Lab.median(theirs), "events/s", bound);
  }

  /** Seconds from the first event to the end of a last checkpoint. */
  private static double sql(Lab lab, String set, String query, Signals signals, Sink<Row> sink)
      throws Exception {
    StreamExecutionEnvironment environment = lab.cluster().environment(PARALLELISM);
    SqlOpponent.define(environment, new PlayFiles(signals, lab.folder().toString(), set, ""), query)
        .sinkTo(sink);
    try (BenchCluster.Job job = lab.cluster().start(environment)) {
      signals.raise(PlayFiles.GO, "");
      long began = System.nanoTime();
      for (int subtask = 0; subtask < PARALLELISM; subtask++) {
        signals.await(PlayFiles.done(subtask), TIMEOUT, job);
      }
      job.checkpoint();
      return (System.nanoTime() - began) / 1e9;
    }
  }

  /** Compares SQL's newest answers with the truth some days after the last event. */
  private static List<Figure> wrong(Lab lab, Traffic traffic) throws Exception {
    lab.progress().say("counts SQL's wrong answers");
    Signals signals = lab.signals();
    sql(lab, "sql-" + traffic.seed(), SqlOpponent.SLIDING, signals, new LastRowSink(signals));
    Map<String, Long> believed = new HashMap<>();
    for (int subtask = 0; subtask < PARALLELISM; subtask++) {
      signals
          .text(LastRowSink.rows(subtask))
          .lines()
          .map(line -> line.split("\t", -1))
          .forEach(fields -> believed.put(fields[0], Long.parseLong(fields[1])));
    }
    long end = Traffic.START + traffic.spanMillis();
    return List.of(
        wrongAt(believed, traffic, end, "at the last event"),
        wrongAt(believed, traffic, end + DAY, "a day later"));
  }

  private static Figure wrongAt(
      Map<String, Long> believed, Traffic traffic, long now, String when) {
    Map<String, Long> truth = new HashMap<>();
    Traffic.Generator generator = traffic.generator();
    while (generator.hasNext()) {
      LiveEvent message = generator.next();
      Event event = ResolvedEvent.CODEC.decode(message.resolved()).event();
      boolean counts =
          event.name().equals("Product Viewed")
              && event.timestamp() > now - WINDOW
              && event.timestamp() <= now;
      truth.merge(message.key(), counts ? 1L : 0L, Long::sum);
    }
    long differing =
        truth.entrySet().stream()
            .filter(each -> !each.getValue().equals(believed.get(each.getKey())))
            .count();
    return Figure.number(
        "b",
        String.format(
            Locale.ROOT,
            "SQL's 30 d counts that are wrong %s, of %,d profiles",
            when,
            truth.size()),
        (double) differing,
        "profiles");
  }
}
