package dev.traitflow.server.questions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.prediction.FeatureBlock;

/** Asked why a model gave a score; the store itself knows no models. Thread-safe. */
public interface ScoreExplainer {
  /**
   * Explains a score: at least the members {@code score} with {@code percentile} and {@code
   * probability} or {@code amount}, {@code events} with {@code features}, and {@code text}.
   *
   * @param space id of the space
   * @param prediction the prediction's key
   * @param version of the model that scored
   * @param block features of the profile at the instant it was scored at
   * @throws IllegalArgumentException with a sentence if that version cannot be read any more
   */
  JsonNode explain(String space, String prediction, String version, FeatureBlock block);
}
