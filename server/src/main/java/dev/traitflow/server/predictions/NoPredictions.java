package dev.traitflow.server.predictions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.prediction.FeatureBlock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Stands where nobody trains: what can be left out is, what cannot is refused with a sentence. */
public class NoPredictions implements PredictionControl {
  private final String why;

  /**
   * Refuses with a sentence.
   *
   * @param why what is missing and what to do instead
   */
  public NoPredictions(String why) {
    this.why = why;
  }

  @Override
  public JsonNode train(String space, List<String> predictions) {
    throw new IllegalArgumentException(why);
  }

  @Override
  public void start(String space, String prediction) {}

  @Override
  public Optional<Progress> progress(String space, String prediction) {
    return Optional.empty();
  }

  @Override
  public Optional<Scoring> scoring(String space) {
    return Optional.empty();
  }

  @Override
  public void rollBack(String space, String prediction, String version) {
    throw new IllegalArgumentException(why);
  }

  @Override
  public void forget(String space, String prediction) {}

  @Override
  public void settle(Duration patience) throws InterruptedException {}

  @Override
  public JsonNode explain(String space, String prediction, String version, FeatureBlock block) {
    throw new IllegalArgumentException(why);
  }
}
