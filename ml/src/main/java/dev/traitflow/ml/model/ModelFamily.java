package dev.traitflow.ml.model;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.prediction.PredictionDefinition;
import java.util.List;

/**
 * A family of models: all that training, bundles and explanations know of one way to get from rows
 * to a {@link Predictor}. A new family is one file with its predictor, and its name in {@link
 * ModelFamilies#ALL}.
 *
 * <p>Training libraries may be used by {@link #fit} alone: scorers load families without a library
 * on their class path. Immutable and thread-safe.
 */
public interface ModelFamily {
  /** The name in bundles and model cards. Stored bundles have it, so that it never changes. */
  String name();

  /** Its part in the blends of a prediction. */
  BlendRole role(PredictionDefinition definition);

  /** True if a model can be fitted with this setup. */
  default boolean isAvailable(TrainingSetup setup) {
    return true;
  }

  /** The settings that are tried, the default first; at least one. */
  List<Candidate> candidates(PredictionDefinition definition);

  /**
   * Fits a model on one thread, so that the same rows give the same bits on any machine.
   *
   * @param table standardised rows; of a probability there must be some of both outcomes
   */
  Predictor fit(TrainingSetup setup, TrainingTable table, Candidate candidate);

  /**
   * Fits every candidate, in their order. To be overridden where several candidates come from one
   * fit.
   */
  default List<Predictor> fitCandidates(TrainingSetup setup, TrainingTable table) {
    return candidates(setup.definition()).parallelStream()
        .map(candidate -> fit(setup, table, candidate))
        .toList();
  }

  /**
   * Reads what a predictor of this family wrote.
   *
   * @param width how many columns a row has
   * @throws IllegalArgumentException if the bytes are damaged; reading ends and takes no more
   *     memory than some multiple of the bytes
   */
  Predictor read(ByteReader in, int width);

  /**
   * The average row of a bundle whose only model is of this family: zeros, since columns are
   * standardised on the rows the model was fitted on.
   *
   * @param meanScore what the predictor says on average over the population
   */
  default double[] averageRow(Predictor predictor, double meanScore, int width) {
    return new double[width];
  }
}
