package dev.traitflow.ml.model;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.prediction.PredictionDefinition;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Regularised lines: logistic regression of an outcome, Poisson regression of an amount. The cost
 * is the strength of the data against the penalty: the larger, the freer the weights.
 */
final class LinearFamily implements ModelFamily {
  private static final List<Candidate> COSTS = costs(0.01, 0.001, 0.1);

  /** The same for spend: amounts are noisier than outcomes. */
  private static final List<Candidate> SPEND_COSTS = costs(0.0003, 0.00003, 0.003);

  @Override
  public String name() {
    return "linear";
  }

  @Override
  public BlendRole role(PredictionDefinition definition) {
    return BlendRole.STANDING;
  }

  @Override
  public List<Candidate> candidates(PredictionDefinition definition) {
    return definition.isProbability() ? COSTS : SPEND_COSTS;
  }

  @Override
  public Predictor fit(TrainingSetup setup, TrainingTable table, Candidate candidate) {
    TribuoTraining tribuo = TribuoTraining.of(setup);
    double cost = candidate.value().doubleValue();
    if (setup.definition().isProbability()) {
      return tribuo.logistic(table.features(), table.outcomes(), cost);
    }
    ScaledAmounts amounts = ScaledAmounts.of(table);
    // LibLinear weighs the penalty against the sum over rows, XGBoost against their mean.
    double penalty = 1 / (cost * table.size());
    return tribuo.poisson(table.features(), amounts.values(), penalty, amounts.offset());
  }

  @Override
  public Predictor read(ByteReader in, int width) {
    return LinearWeights.read(in, width);
  }

  private static List<Candidate> costs(double... costs) {
    return DoubleStream.of(costs).mapToObj(cost -> new Candidate("cost", cost)).toList();
  }
}
