package dev.traitflow.predict.service;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.server.predictions.NoPredictions;

/** A server that trains nothing and says why, but explains scores by the bundles it can read. */
public class WithoutTraining extends NoPredictions implements AutoCloseable {
  private final Explanations explanations;

  /**
   * Refuses to train with a sentence.
   *
   * @param why what is missing and what to do instead
   * @param explanations of scores
   */
  public WithoutTraining(String why, Explanations explanations) {
    super(why);
    this.explanations = explanations;
  }

  @Override
  public final JsonNode explain(
      String space, String prediction, String version, FeatureBlock block) {
    return explanations.explain(space, prediction, version, block);
  }

  /** Ends what goes on by itself; here that is nothing. */
  @Override
  public void close() {}
}
