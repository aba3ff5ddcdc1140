package dev.traitflow.server.predictions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.prediction.FeatureBlock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the server asks of whoever trains and scores: it knows no model library itself. Every method
 * is thread-safe. An {@link IllegalArgumentException} carries a sentence for the caller.
 */
public interface PredictionControl {
  /**
   * Trains predictions, puts the models into use and waits for that.
   *
   * @param space id of the space
   * @param predictions keys; all of the space if empty
   * @return one entry a prediction: its card, or why it was refused
   * @throws IllegalArgumentException if a prediction is unknown
   * @throws java.util.concurrent.CancellationException if the server stops meanwhile
   */
  JsonNode train(String space, List<String> predictions);

  /** Begins to train a prediction and returns; its state tells what came of it. */
  void start(String space, String prediction);

  /** How far a training is that goes on; empty if none does. */
  Optional<Progress> progress(String space, String prediction);

  /** How far a scoring of everybody in a space is; empty if none goes on. */
  Optional<Scoring> scoring(String space);

  /**
   * Puts an older version into force and scores everybody by it.
   *
   * @throws IllegalArgumentException if there is no such version, or it cannot be used any more
   */
  void rollBack(String space, String prediction, String version);

  /**
   * Forgets a prediction that was deleted: its models, its state and a training that goes on. Its
   * traits go with the definition.
   */
  void forget(String space, String prediction);

  /**
   * Waits until scorings that are due by the space's clock have been ordered, at most so long. What
   * is to be trained anew is begun and not waited for.
   *
   * @throws InterruptedException if the thread is interrupted meanwhile
   */
  void settle(Duration patience) throws InterruptedException;

  /**
   * Why a profile has its score: contributions that add up to it.
   *
   * @param version of the model that scored
   * @param block features of the profile at the instant it was scored at
   * @throws IllegalArgumentException if that version cannot be read any more
   */
  JsonNode explain(String space, String prediction, String version, FeatureBlock block);

  /**
   * How far a training is.
   *
   * @param step what is being done, for people
   * @param share part of the whole that is done, 0 to 1
   * @param secondsLeft an estimate; -1 if there is none yet
   */
  record Progress(String step, double share, long secondsLeft) {}

  /**
   * How far a scoring of everybody is.
   *
   * @param scored known profiles that were sent to the scorers
   * @param of known profiles there were when it was ordered
   * @param secondsLeft an estimate; -1 if there is none yet
   */
  record Scoring(long scored, long of, long secondsLeft) {}
}
