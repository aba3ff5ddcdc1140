package dev.traitflow.ml.model;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.ml.customerbase.CustomerBaseModel;
import java.util.List;

/**
 * The customer-base model: the column of the mapping that already holds its answer, put back on its
 * scale. It was fitted without labels, and so needs no rows.
 */
final class CustomerBaseFamily implements ModelFamily {
  @Override
  public String name() {
    return "customer_base";
  }

  /**
   * Of spend it is one of three equals: it knows best how little a few amounts say. For
   * probabilities its columns are enough.
   */
  @Override
  public BlendRole role(PredictionDefinition definition) {
    return definition.isProbability() ? BlendRole.OPTIONAL : BlendRole.DEFAULT;
  }

  @Override
  public boolean isAvailable(TrainingSetup setup) {
    return column(setup) >= 0;
  }

  @Override
  public List<Candidate> candidates(PredictionDefinition definition) {
    return List.of(Candidate.ONLY);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the mapping does not have the model's column
   */
  @Override
  public Predictor fit(TrainingSetup setup, TrainingTable table, Candidate candidate) {
    PredictionDefinition definition = setup.definition();
    FeatureMapping mapping = setup.mapping();
    int column = column(setup);
    if (column < 0) {
      throw new IllegalArgumentException(
          "mapping: got no " + feature(definition) + " (expected the column)");
    }
    boolean silence = definition.kind() == PredictionDefinition.Kind.CHURN && !definition.perform();
    double sign = !definition.isProbability() || silence ? 1 : -1;
    double[] weights = new double[mapping.columns().size()];
    weights[column] = sign * mapping.deviation(column);
    return new LinearWeights(weights, sign * mapping.mean(column));
  }

  @Override
  public Predictor read(ByteReader in, int width) {
    return LinearWeights.read(in, width);
  }

  /** Alone it learned nothing from rows: the row at which it says the population's mean score. */
  @Override
  public double[] averageRow(Predictor predictor, double meanScore, int width) {
    double[] row = new double[width];
    if (predictor instanceof LinearWeights line) {
      for (int i = 0; i < width; i++) {
        double weight = line.weights()[i];
        row[i] = weight == 0 ? 0 : (meanScore - line.bias() - line.offset()) / weight;
      }
    }
    return row;
  }

  private static int column(TrainingSetup setup) {
    List<FeatureMapping.Column> columns = setup.mapping().columns();
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).feature().equals(feature(setup.definition()))) {
        return i;
      }
    }
    return -1;
  }

  private static String feature(PredictionDefinition definition) {
    return definition.isProbability() ? CustomerBaseModel.SILENCE : CustomerBaseModel.SPEND;
  }
}
