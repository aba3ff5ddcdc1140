package dev.traitflow.ml.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.ml.bundle.ModelBundle;
import dev.traitflow.ml.scoring.Score;
import dev.traitflow.ml.scoring.Scorer;
import dev.traitflow.ml.training.PredictionTraining;
import dev.traitflow.ml.training.Shop;
import dev.traitflow.ml.training.TrainingOutcome.Trained;
import dev.traitflow.ml.training.TrainingProgress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Training, loading and scoring while the collector runs all the time and finalizers with it: what
 * frees native memory when it is collected must not be collected while native code works on it.
 */
class UnderTheCollectorTest {
  private static final int LOADS =
      Integer.getInteger(
          "traitflow.test.loads", Boolean.getBoolean("traitflow.test.all") ? 20_000 : 40);
  private static final int FITS = LOADS / 10;
  private static final int ROUNDS = 10;
  private static final Shop SHOP = new Shop(200, 23);

  @Test
  void everyLoadAndScoreGivesTheSameBits(@TempDir Path root) throws Exception {
    List<FeatureBlock> blocks = SHOP.blocks().subList(0, 50);
    ModelBundle trained = train();
    Path directory = trained.write(root, "shop");
    List<Score> scores = new Scorer(trained).score(blocks);
    whileCollecting(
        () -> {
          for (int load = 0; load < LOADS; load++) {
            assertThat(new Scorer(ModelBundle.load(directory)).score(blocks)).isEqualTo(scores);
          }
        });
  }

  /** The native part of a training, again and again: rows in, trees out, flattened, freed. */
  @Test
  void everyFitOfTreesGivesTheSameBits() throws Exception {
    TribuoTraining training = new TribuoTraining(List.of("a", "b", "c"), 1, Shop.NOW);
    Random random = new Random(7);
    double[][] rows =
        Stream.generate(() -> random.doubles(3).toArray()).limit(300).toArray(double[][]::new);
    double[] outcomes = Arrays.stream(rows).mapToDouble(row -> row[0] > row[1] ? 1 : 0).toArray();
    double[] first = answers(training.chanceTrees(rows, outcomes, ROUNDS), rows);
    whileCollecting(
        () -> {
          for (int fit = 0; fit < FITS; fit++) {
            assertThat(answers(training.chanceTrees(rows, outcomes, ROUNDS), rows))
                .isEqualTo(first);
          }
        });
  }

  /** What is done meanwhile. */
  private interface Work {
    void run() throws Exception;
  }

  private static void whileCollecting(Work work) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    Thread collector = new Thread(() -> collect(over), "collector");
    collector.start();
    try {
      work.run();
    } finally {
      over.set(true);
      collector.join();
    }
  }

  @SuppressWarnings("removal") // Finalizers are what XGBoost's library frees its memory by.
  private static void collect(AtomicBoolean over) {
    while (!over.get()) {
      System.gc();
      System.runFinalization();
    }
  }

  private static double[] answers(FlatTrees trees, double[][] rows) {
    return Arrays.stream(rows).mapToDouble(trees::apply).toArray();
  }

  private static ModelBundle train() {
    PredictionDefinition buy = Shop.definition("{\"key\":\"buy\",\"kind\":\"purchase\"}");
    return ((Trained)
            PredictionTraining.train(
                buy, SHOP.rows(buy), Shop.NOW, 1, SHOP.statistics(), true, TrainingProgress.NONE))
        .bundle();
  }
}
