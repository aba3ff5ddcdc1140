package dev.traitflow.bench;

import dev.traitflow.bench.job.BenchCluster;
import dev.traitflow.bench.job.Definitions;
import dev.traitflow.bench.job.FoldJobs;
import dev.traitflow.bench.job.MessageFile;
import dev.traitflow.bench.job.PlayFiles;
import dev.traitflow.bench.job.Signals;
import dev.traitflow.bench.job.Traffic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * (a) The keyed fold against a loop that only touches RocksDB, and (g) what the fold leaves on
 * disk.
 */
final class FoldAgainstRocks implements Benchmark {
  private static final int PARALLELISM = 2;
  private static final Duration TIMEOUT = Duration.ofMinutes(30);
  private static final String BY_TURNS = "by-turns";
  private static final String BY_KEY = "by-key";
  private static final long DAY = 86_400_000L;

  /** What one run of the fold came to. */
  record Outcome(double seconds, long stateBytes) {}

  @Override
  public List<String> names() {
    return List.of("a", "rocksdb", "g", "state");
  }

  @Override
  public String claim() {
    return "20 mixed traits on RocksDB keep up with bare RocksDB";
  }

  @Override
  public double seconds(boolean quick) {
    return quick ? 40 : 240;
  }

  @Override
  public List<Figure> run(Lab lab) throws Exception {
    Traffic traffic =
        new Traffic(
            11,
            lab.size(100_000, 10_000),
            lab.size(1_000_000, 100_000),
            1.0,
            0,
            30 * DAY,
            0.02,
            DAY);
    String space = Definitions.space(Definitions.mixed());
    lab.notes().add("(a) " + traffic + "; 20 traits; parallelism 2.");
    lab.progress().say("makes the events");
    StateSamples samples = StateSamples.of(traffic, space);
    write(lab, traffic);
    List<Double> ours = new ArrayList<>();
    List<Double> raw = new ArrayList<>();
    long stateBytes = 0;
    int rounds = lab.size(3, 2);
    for (int round = 0; round <= rounds; round++) {
      String of = round == 0 ? ", to warm up" : ", round " + round + " of " + rounds;
      lab.progress().say("raw RocksDB" + of);
      double rawSeconds =
          new RawRocks(Path.of(lab.signals().folder()), lab.folder(), BY_KEY, samples)
              .run(PARALLELISM);
      lab.progress().say("the fold" + of);
      Outcome outcome = fold(lab, PARALLELISM, BY_TURNS, space);
      if (round > 0) {
        raw.add(traffic.events() / rawSeconds);
        ours.add(traffic.events() / outcome.seconds());
        stateBytes = outcome.stateBytes();
      }
    }
    return figures(traffic, Lab.median(ours), Lab.median(raw), stateBytes);
  }

  private static List<Figure> figures(Traffic traffic, double ours, double raw, long stateBytes) {
    double perEvent = (double) stateBytes / traffic.events();
    double perProfile = (double) stateBytes / traffic.profiles();
    return List.of(
        Figure.atLeast(
            "a", "fold of 20 traits / raw RocksDB put, get and put", ours, raw, "events/s", 0.6),
        Figure.number("g", "state on disk for each event", perEvent, "bytes"),
        Figure.number("g", "state on disk for each profile", perProfile, "bytes"));
  }

  private static void write(Lab lab, Traffic traffic) throws Exception {
    MessageFile.write(
        traffic, lab.folder(), BY_TURNS, PARALLELISM, m -> (int) (m.sequence() % PARALLELISM));
    MessageFile.write(
        traffic,
        lab.folder(),
        BY_KEY,
        PARALLELISM,
        m -> Math.floorMod(m.key().hashCode(), PARALLELISM));
  }

  /** Folds a set of files, timed from the first event to the end of a last checkpoint. */
  static Outcome fold(Lab lab, int parallelism, String set, String space) throws Exception {
    Signals signals = lab.signals();
    StreamExecutionEnvironment environment = lab.cluster().environment(parallelism);
    FoldJobs.keyed(
        environment,
        new PlayFiles(signals, lab.folder().toString(), set, space),
        new DiscardingSink<>());
    try (BenchCluster.Job job = lab.cluster().start(environment)) {
      signals.raise(PlayFiles.GO, "");
      long began = System.nanoTime();
      for (int subtask = 0; subtask < parallelism; subtask++) {
        signals.await(PlayFiles.done(subtask), TIMEOUT, job);
      }
      long stateBytes = job.checkpoint();
      return new Outcome((System.nanoTime() - began) / 1e9, stateBytes);
    }
  }
}
