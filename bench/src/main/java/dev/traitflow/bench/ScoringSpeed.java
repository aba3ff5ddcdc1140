package dev.traitflow.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.prediction.EventStatistics;
import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.prediction.FeatureSet;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.prediction.TrainingRow;
import dev.traitflow.ml.bundle.Member;
import dev.traitflow.ml.bundle.ModelBundle;
import dev.traitflow.ml.model.FlatTrees;
import dev.traitflow.ml.scoring.Score;
import dev.traitflow.ml.scoring.Scorer;
import dev.traitflow.ml.training.PredictionTraining;
import dev.traitflow.ml.training.TrainingOutcome;
import dev.traitflow.ml.training.TrainingOutcome.Trained;
import dev.traitflow.ml.training.TrainingProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;

/**
 * (o) Scoring on one core: from histories in RocksDB, from decoded feature blocks, and the model
 * alone, beside Tribuo's own batch prediction with the same models on the same rows.
 */
final class ScoringSpeed implements Benchmark {
  private static final long DAY = PredictionDefinition.DAY;
  private static final int TRAINED_ON = 3_000;
  private static final int BATCH = 512;
  private static final int ROWS = 4_096;

  /** Keeps the compiler from leaving out what is timed. */
  private double sum;

  @Override
  public List<String> names() {
    return List.of("o", "scoring");
  }

  @Override
  public String claim() {
    return "a core scores 5,000 histories of 100 events a second, and 100,000 rows";
  }

  @Override
  public double seconds(boolean quick) {
    return quick ? 60 : 180;
  }

  @Override
  public List<Figure> run(Lab lab) throws Exception {
    lab.progress().say("makes histories of 100 events");
    DemoHistories histories = DemoHistories.make(lab.size(10_000, 2_000));
    int profiles = histories.all().size();
    lab.progress().say("trains");
    ModelBundle bundle = train(histories.all());
    Scorer scorer = new Scorer(bundle);
    List<Figure> figures = new ArrayList<>();
    lab.progress().say("scores from RocksDB");
    figures.add(fromRocks(lab, histories, scorer, bundle.definition()));
    List<FeatureBlock> blocks = new ArrayList<>();
    for (int i = 0; i < Math.min(ROWS, profiles); i++) {
      blocks.add(
          FeatureSet.extract("shop", "p" + i, true, histories.all().get(i), DemoHistories.END));
    }
    lab.progress().say("scores decoded blocks");
    double blockRate =
        rate(
            lab.size(200_000, 50_000),
            i -> traits(bundle.definition(), scorer.score(blocks.get(i % blocks.size()))));
    figures.add(Figure.atLeast("o", "from decoded blocks", blockRate, 20_000, "profiles/s", 1));
    double[][] rows = blocks.stream().map(bundle.mapping()::row).toArray(double[][]::new);
    lab.progress().say("scores rows");
    double rowRate = modelAlone(bundle, rows, lab.size(2_000_000, 500_000));
    figures.add(Figure.atLeast("o", "model alone", rowRate, 100_000, "rows/s", 1));
    lab.progress().say("scores rows with Tribuo");
    double tribuo = TribuoRate.of(bundle, rows, BATCH, lab.size(50_000, 10_000));
    figures.add(
        Figure.beside(
            "o", "model alone beside Tribuo in batches of 512", rowRate, tribuo, "rows/s"));
    lab.progress().say("scores on and on");
    figures.addAll(growth(bundle, rows));
    lab.notes().add(note(bundle, profiles));
    if (!Double.isFinite(sum)) {
      throw new IllegalStateException("scores: got " + sum + " in sum (expected finite ones)");
    }
    return figures;
  }

  private static String note(ModelBundle bundle, int profiles) {
    StringBuilder members = new StringBuilder();
    for (Member member : bundle.function().members()) {
      members.append(members.length() == 0 ? "" : ", ").append(member.family().name());
      if (member.predictor() instanceof FlatTrees trees) {
        members.append(" (").append(trees.trees()).append(')');
      }
    }
    return String.format(
        Locale.ROOT,
        "(o) %,d histories of 100 events of the demo; model of %,d columns: %s. One thread.",
        profiles,
        bundle.mapping().columns().size(),
        members);
  }

  /** What the fold and the scorer do together: read, fold, encode, decode, score, write. */
  private Figure fromRocks(
      Lab lab, DemoHistories histories, Scorer scorer, PredictionDefinition definition)
      throws Exception {
    int profiles = histories.all().size();
    Path place = lab.folder().resolve("scoring-" + lab.runs().incrementAndGet());
    try (BareRocks rocks = BareRocks.open(place, 64L << 20, "history")) {
      histories.store(rocks);
      double rate =
          rate(
              2 * profiles,
              i -> {
                // A step that is prime to the number of profiles: neighbours are not read in order.
                int profile = (int) ((i * 7_919L) % profiles);
                List<Event> history = DemoHistories.read(rocks, profile);
                byte[] sent =
                    FeatureBlock.CODEC.encode(
                        FeatureSet.extract(
                            "shop", "p" + profile, true, history, DemoHistories.END));
                return traits(definition, scorer.score(FeatureBlock.CODEC.decode(sent)));
              });
      return Figure.atLeast("o", "from histories in RocksDB", rate, 5_000, "profiles/s", 1);
    }
  }

  private static double traits(PredictionDefinition definition, Score score) {
    return Scorer.traitsJson(definition, score).length + score.raw();
  }

  private double modelAlone(ModelBundle bundle, double[][] rows, int scores) {
    return rate(scores, i -> bundle.function().value(bundle.function().raw(rows[i % rows.length])));
  }

  /** Heap and process before and after ten million scores. */
  private List<Figure> growth(ModelBundle bundle, double[][] rows) throws IOException {
    modelAlone(bundle, rows, 500_000);
    double heap = heapMegabytes();
    double resident = residentMegabytes();
    modelAlone(bundle, rows, 5_000_000);
    double heapAfter = heapMegabytes();
    return List.of(
        Figure.below("o", "heap grown by 10 M scores", heapAfter - heap, "MB", 5),
        Figure.below(
            "o", "process grown by 10 M scores", residentMegabytes() - resident, "MB", 50));
  }

  /** How many a second; the first half warms up and is not timed. */
  private double rate(int times, IntToDoubleFunction score) {
    long began = 0;
    for (int round = 0; round < 2; round++) {
      began = System.nanoTime();
      for (int i = 0; i < times; i++) {
        sum += score.applyAsDouble(i);
      }
    }
    return times / ((System.nanoTime() - began) / 1e9);
  }

  private static double heapMegabytes() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return (runtime.totalMemory() - runtime.freeMemory()) / 1e6;
  }

  private static double residentMegabytes() throws IOException {
    String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
    return Long.parseLong(pages[1]) * 4096 / 1e6;
  }

  private static ModelBundle train(List<List<Event>> histories) {
    ObjectNode json =
        JsonNodeFactory.instance.objectNode().put("key", "buy").put("kind", "purchase");
    PredictionDefinition buy = PredictionDefinition.parse(new Fields(json, "", new ArrayList<>()));
    long now = DemoHistories.END;
    long[] cutoffs = {now, now - 30 * DAY, now - 45 * DAY, now - 60 * DAY, now - 75 * DAY};
    EventStatistics statistics = new EventStatistics();
    List<TrainingRow> rows = new ArrayList<>();
    for (int i = 0; i < Math.min(TRAINED_ON, histories.size()); i++) {
      histories.get(i).forEach(statistics::add);
      rows.addAll(TrainingRow.of("shop", "p" + i, histories.get(i), List.of(buy), cutoffs, now));
    }
    rows.sort(Comparator.comparingLong(TrainingRow::cutoff));
    TrainingOutcome outcome =
        PredictionTraining.train(buy, rows, now, 1, statistics, true, TrainingProgress.NONE);
    if (outcome instanceof Trained trained) {
      return trained.bundle();
    }
    throw new IllegalStateException("training: got " + outcome + " (expected a model)");
  }
}
