package dev.traitflow.bench;

import dev.traitflow.bench.job.BenchCluster;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Runs benchmarks one after the other and prints what they found. */
public final class Bench {
  private static final List<Benchmark> ALL =
      List.of(
          new FoldAgainstRocks(),
          new FoldAgainstSql(),
          new HistoryCost(),
          new HotProfile(),
          new Backfill(),
          new PendingTimers(),
          new NewIds(),
          new SeenIds(),
          new BigMerge(),
          new TrackingLoad(),
          new ReadLoad(),
          new Freshness(),
          new TrainChurn(),
          new ScoringSpeed(),
          new ExplainScores(),
          new CollectionCost(),
          new Idle());

  private Bench() {}

  /** The names of all benchmarks with their claims. */
  public static List<String> describe() {
    return ALL.stream().map(each -> String.join(", ", each.names()) + ": " + each.claim()).toList();
  }

  /** True if there is a benchmark of that name. */
  public static boolean isKnown(String name) {
    return ALL.stream().anyMatch(each -> each.names().contains(name));
  }

  /**
   * Runs benchmarks and prints their figures.
   *
   * @param names which, empty for all; each must be {@link #isKnown}
   * @param quick whether to use the small sizes
   * @param json whether to print one JSON document instead of a table
   * @param terminal whether {@code err} can redraw a line
   */
  public static void run(
      List<String> names,
      boolean quick,
      boolean json,
      boolean terminal,
      PrintWriter out,
      PrintWriter err) {
    List<Benchmark> chosen =
        ALL.stream()
            .filter(each -> names.isEmpty() || each.names().stream().anyMatch(names::contains))
            .toList();
    Progress progress =
        new Progress(err, terminal, chosen.stream().mapToDouble(b -> b.seconds(quick)).sum());
    List<Figure> figures = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    notes.add(machine(quick));
    Path folder = null;
    try {
      folder = Files.createTempDirectory("traitflow-bench");
      try (BenchCluster cluster = BenchCluster.start(folder.resolve("flink"))) {
        Lab lab = new Lab(cluster, folder, quick, progress, new AtomicInteger(), notes);
        for (Benchmark benchmark : chosen) {
          progress.begin(benchmark);
          figures.addAll(benchmark.run(lab));
          progress.done(benchmark.seconds(quick));
        }
      }
    } catch (Exception e) { // the edge: measuring declares nothing narrower, and cannot go on
      throw new IllegalStateException("bench: " + e.getMessage(), e);
    } finally {
      progress.end();
      if (folder != null) {
        delete(folder);
      }
    }
    if (json) {
      Report.json(figures, notes, quick, out);
    } else {
      Report.table(figures, notes, out);
    }
  }

  private static String machine(boolean quick) {
    return String.format(
        Locale.ROOT,
        "%s sizes; %d cores, Java %s, %s; heap %,d MB, RocksDB %,d MB.",
        quick ? "Quick" : "Full",
        Runtime.getRuntime().availableProcessors(),
        Runtime.version().feature(),
        System.getProperty("os.arch"),
        Runtime.getRuntime().maxMemory() >> 20,
        BenchCluster.STATE_MEGABYTES);
  }

  private static void delete(Path root) {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (NoSuchFileException | UncheckedIOException e) {
      // Files of a cluster that ends vanish by themselves while they are listed.
      return;
    } catch (IOException e) {
      throw new UncheckedIOException("bench: " + root + " cannot be deleted", e);
    }
  }
}
