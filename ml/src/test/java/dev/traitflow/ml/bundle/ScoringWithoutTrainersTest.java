package dev.traitflow.ml.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.ml.training.PredictionTraining;
import dev.traitflow.ml.training.Shop;
import dev.traitflow.ml.training.TrainingOutcome.Trained;
import dev.traitflow.ml.training.TrainingProgress;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who scores never needs what trained: neither XGBoost nor Tribuo nor LibLinear. */
class ScoringWithoutTrainersTest {
  private static final Shop SHOP = new Shop(600, 11);

  @Test
  void aProcessWithoutAnyTrainerOnItsClassPathGivesTheSameBits(@TempDir Path root)
      throws IOException, InterruptedException {
    for (String json :
        List.of(
            "{\"key\":\"buy\",\"kind\":\"purchase\"}",
            "{\"key\":\"spend\",\"kind\":\"ltv\",\"window_days\":30}")) {
      ModelBundle trained = train(Shop.definition(json));
      Path directory = trained.write(root, "shop");

      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  classPathWithoutTrainers(),
                  ScoreInAProcess.class.getName(),
                  directory.toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(process.waitFor()).as(said).isZero();
      assertThat(said).isEqualTo(ScoreInAProcess.bits(trained));
    }
  }

  private static String classPathWithoutTrainers() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(ScoringWithoutTrainersTest::isNoTrainer)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static boolean isNoTrainer(String entry) {
    String name = Path.of(entry).getFileName().toString().toLowerCase(Locale.ROOT);
    return !name.contains("xgboost") && !name.contains("tribuo") && !name.contains("liblinear");
  }

  private static ModelBundle train(PredictionDefinition definition) {
    return ((Trained)
            PredictionTraining.train(
                definition,
                SHOP.rows(definition),
                Shop.NOW,
                1,
                SHOP.statistics(),
                true,
                TrainingProgress.NONE))
        .bundle();
  }
}
