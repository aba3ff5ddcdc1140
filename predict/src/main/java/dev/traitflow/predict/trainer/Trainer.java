package dev.traitflow.predict.trainer;

import dev.traitflow.jobs.training.SortedRows;
import dev.traitflow.ml.bundle.ModelBundle;
import dev.traitflow.ml.drift.InputBins;
import dev.traitflow.ml.training.PredictionTraining;
import dev.traitflow.ml.training.TrainingOutcome;
import dev.traitflow.ml.training.TrainingOutcome.Refused;
import dev.traitflow.ml.training.TrainingOutcome.Trained;
import dev.traitflow.ml.training.TrainingProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** What the process of a training does: rows from files, a fit, a bundle on disk. */
public final class Trainer {
  private Trainer() {}

  /**
   * Trains one prediction and writes its bundle.
   *
   * @throws IOException if rows cannot be read or the bundle cannot be written
   */
  public static TrainerAnswer train(TrainerRequest request, TrainingProgress progress)
      throws IOException {
    SortedRows rows = SortedRows.open(request.rows());
    TrainingOutcome outcome =
        PredictionTraining.train(
            request.definition(),
            rows.at(request.cutoffs()),
            request.now(),
            request.seed(),
            rows.statistics(),
            request.gates(),
            request.champion().isEmpty() ? null : ModelBundle.load(Path.of(request.champion())),
            progress);
    if (outcome instanceof Trained trained) {
      InputBins inputs =
          InputBins.learn(trained.bundle(), rows.at(Set.of(request.now())), rows.statistics());
      Path bundle =
          trained
              .bundle()
              .write(request.models(), request.space(), Map.of(InputBins.FILE, inputs.toJson()));
      return TrainerAnswer.trained(trained, bundle);
    }
    return TrainerAnswer.refused((Refused) outcome);
  }
}
