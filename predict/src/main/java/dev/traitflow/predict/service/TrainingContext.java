package dev.traitflow.predict.service;

import dev.traitflow.core.prediction.ModelState;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.ml.bundle.BundleReference;
import dev.traitflow.ml.bundle.BundleStore;
import dev.traitflow.ml.bundle.ModelBundle;
import dev.traitflow.ml.training.PredictionTraining;
import dev.traitflow.predict.rows.RowMaker;
import dev.traitflow.server.Backbone;
import dev.traitflow.server.predictions.ModelsTopic;
import dev.traitflow.server.store.barrier.FlushTimeoutException;
import dev.traitflow.server.store.barrier.PipelineFailedException;
import dev.traitflow.server.store.read.ProfileView;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What whoever trains or scores everybody works with.
 *
 * @param rows makes training rows, which are gone after a training
 * @param bundles where models are kept
 * @param server definitions, log, clock and states
 * @param rounds where the scoring of everybody is ordered
 */
record TrainingContext(RowMaker rows, BundleStore bundles, Backbone server, ScoringRounds rounds) {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingContext.class);
  private static final Duration CATCH_UP = Duration.ofMinutes(1);

  /** How predictions stand. */
  ModelsTopic states() {
    return server.models();
  }

  /** The present of the spaces, epoch milliseconds; 0 while nothing has set the clock. */
  long now() {
    return server.clock().controlNow();
  }

  /** A prediction as it is defined; empty if it is not, or not any more. */
  Optional<PredictionDefinition> definition(String space, String prediction) {
    return server.spaces().find(space).flatMap(each -> find(each, prediction));
  }

  /** A prediction of a space. */
  static Optional<PredictionDefinition> find(SpaceDefinition space, String prediction) {
    return space.predictions().stream().filter(each -> each.key().equals(prediction)).findFirst();
  }

  /**
   * Reads the bundle that a state names.
   *
   * @param path as {@link ModelState#path} has it
   * @throws IOException if it is not there or cannot be read
   * @throws IllegalArgumentException if this program cannot use it
   */
  ModelBundle bundle(String path) throws IOException {
    return ModelBundle.of(bundles.get(BundleReference.parse(path)));
  }

  /** True if the space has ever accepted a call, as far as the jobs have read. */
  boolean hasEvents(String space) {
    String prefix = "accepted/" + space + "/";
    return server.repository().counts().entrySet().stream()
        .anyMatch(count -> count.getKey().startsWith(prefix) && count.getValue() > 0);
  }

  /** How many profiles a space has; not counted beyond those of a small space. */
  long profiles(String space) {
    long[] count = {0};
    try (ProfileView view = server.repository().view()) {
      view.profiles(space, profile -> ++count[0] <= PredictionTraining.SMALL_SPACE_PROFILES);
    }
    return count[0];
  }

  /**
   * Waits until what was accepted before can be read from the topics, but not for ever: jobs that
   * are far behind must not keep anything from being trained on what there is.
   *
   * @throws IllegalStateException if the jobs do not work: there is no telling what the rows would
   *     miss
   */
  void catchUp() throws InterruptedException {
    if (now() == 0) {
      return;
    }
    try {
      server.barrier().flush(CATCH_UP);
    } catch (FlushTimeoutException behind) {
      LOG.warn("rows are made of what there is: {}", behind.getMessage());
    } catch (PipelineFailedException failed) {
      throw new IllegalStateException("training: " + failed.getMessage(), failed);
    }
  }
}
