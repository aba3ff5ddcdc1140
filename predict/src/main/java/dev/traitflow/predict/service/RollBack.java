package dev.traitflow.predict.service;

import dev.traitflow.core.prediction.ModelState;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.ml.bundle.ModelBundle;
import java.io.IOException;
import java.util.List;

/** Puts a version of before into force: its bundle is still there, for bundles never change. */
final class RollBack {
  private RollBack() {}

  /**
   * Announces the version; everybody is still to be scored by it.
   *
   * @throws IllegalArgumentException if there is no such prediction or version, or it cannot be
   *     used any more
   */
  static void to(TrainingContext context, String space, String prediction, String version) {
    ModelState state =
        context
            .states()
            .states()
            .find(space, prediction)
            .orElseThrow(
                () -> new IllegalArgumentException("prediction: " + prediction + " has no model"));
    List<String> known = state.versions().stream().map(ModelState.Version::version).toList();
    if (!known.contains(version)) {
      throw new IllegalArgumentException(
          "version: got " + version + " (expected one of " + known + ")");
    }
    ModelState.Version wanted = state.versions().get(known.indexOf(version));
    ModelBundle bundle = load(context, wanted);
    ModelState.Version again =
        new ModelState.Version(
            version,
            wanted.path(),
            wanted.trainedAt(),
            wanted.decision()
                + "; rolled back to at "
                + IsoTime.format(context.server().clock().now()));
    context
        .states()
        .changeKnown(space, prediction, before -> before.rolledBack(again, bundle.card()));
  }

  private static ModelBundle load(TrainingContext context, ModelState.Version version) {
    try {
      return context.bundle(version.path());
    } catch (IOException | RuntimeException unusable) {
      // An edge: whatever a damaged file makes a library throw, it is said to who asked.
      throw new IllegalArgumentException(
          "version "
              + version.version()
              + ": cannot be used any more: "
              + unusable.getMessage()
              + " (expected the bundle that was written)",
          unusable);
    }
  }
}
