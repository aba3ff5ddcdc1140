package dev.traitflow.ml.training;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.ml.bundle.ModelBundle;
import dev.traitflow.ml.evaluation.LossComparison;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether a new model takes the place of the one in force, and why.
 *
 * <p>The two are compared on the newest closed window. That is fair only if neither was fitted on
 * labels of it: the new one enters as fitted on older rows, and the one in force must have been
 * trained before the window began. Otherwise there is no fair comparison yet, and the one in force
 * stays.
 *
 * @param champion version of the model in force
 * @param comparison null if there is no fair one yet
 * @param sentence the figures, or why there are none
 */
public record Contest(String champion, @Nullable LossComparison comparison, String sentence) {

  /** A comparison on rows that neither was fitted on. */
  static Contest of(ModelBundle champion, LossComparison comparison) {
    return new Contest(champion.version(), comparison, comparison.sentence());
  }

  /** True if labels of a window that began then are news to a model. */
  static boolean isFair(ModelBundle champion, long windowBegan) {
    return champion.trainedAt() <= windowBegan;
  }

  /**
   * No comparison yet.
   *
   * @param windowBegan when the newest closed window began, epoch milliseconds
   * @param window its length in milliseconds
   */
  static Contest unfair(ModelBundle champion, long windowBegan, long window) {
    long trained = champion.trainedAt();
    return new Contest(
        champion.version(),
        null,
        "no fair comparison yet: the model in force was fitted on labels up to "
            + Instant.ofEpochMilli(trained)
            + " and the newest closed window began before, at "
            + Instant.ofEpochMilli(windowBegan)
            + "; from "
            + Instant.ofEpochMilli(trained + window)
            + " on there will be one");
  }

  /** True if the new model is to be in force. */
  public boolean replaces() {
    return comparison != null && comparison.isNotWorse();
  }

  /** The figures, if there are any, and what follows from them. */
  public ObjectNode toJson() {
    ObjectNode json =
        comparison == null ? JsonNodeFactory.instance.objectNode() : comparison.toJson();
    json.put("fair", comparison != null).put("replaces", replaces());
    return json.put("against", champion).put("sentence", sentence);
  }
}
