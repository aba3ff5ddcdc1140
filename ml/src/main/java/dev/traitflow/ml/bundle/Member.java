package dev.traitflow.ml.bundle;

import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.ml.model.Candidate;
import dev.traitflow.ml.model.FeatureMapping;
import dev.traitflow.ml.model.ModelFamilies;
import dev.traitflow.ml.model.ModelFamily;
import dev.traitflow.ml.model.Predictor;
import dev.traitflow.ml.model.TrainingSetup;
import dev.traitflow.ml.model.TrainingTable;
import java.util.List;

/**
 * One of the models whose weighted sum is the score.
 *
 * @param family what kind of model it is
 * @param weight its share in the sum
 * @param predictor the model as plain arrays
 */
public record Member(ModelFamily family, double weight, Predictor predictor) {
  /**
   * The customer-base model of a mapping as the only member. It needs no rows.
   *
   * @throws IllegalArgumentException if the mapping does not have the model's column
   */
  public static Member customerBase(PredictionDefinition definition, FeatureMapping mapping) {
    ModelFamily family = ModelFamilies.CUSTOMER_BASE;
    TrainingSetup setup = new TrainingSetup(definition, mapping, 0, 0);
    return new Member(family, 1, family.fit(setup, new TrainingTable(List.of()), Candidate.ONLY));
  }
}
