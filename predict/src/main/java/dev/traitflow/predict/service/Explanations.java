package dev.traitflow.predict.service;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.ml.bundle.ModelBundle;
import dev.traitflow.ml.explanation.Explainer;
import dev.traitflow.ml.explanation.ExplanationJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Explains scores by the version that wrote them, from the bundles below a data directory. Bundles
 * never change, so that one is read once; some are kept, the longest unused goes first.
 * Thread-safe; reading a bundle takes some hundred milliseconds, an explanation after it a few.
 */
public final class Explanations {
  private static final int KEPT_MAX = 16;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");

  private final Path models;
  private final Map<Path, Explainer> kept = new LinkedHashMap<>(KEPT_MAX, 0.75f, true);

  private Explanations(Path models) {
    this.models = models;
  }

  /** Explains by the bundles of a data directory. */
  public static Explanations below(Path data) {
    return new Explanations(data.resolve("models"));
  }

  /**
   * Why a profile has its score, as {@link ExplanationJson} writes it.
   *
   * @param version of the model that scored
   * @param block features of the profile at the instant it was scored at
   * @throws IllegalArgumentException with a sentence if that version cannot be read any more
   */
  public JsonNode explain(String space, String prediction, String version, FeatureBlock block) {
    Explainer explainer = explainer(directory(space, prediction, version));
    return ExplanationJson.of(explainer.explain(block), explainer.bundle());
  }

  private Path directory(String space, String prediction, String version) {
    for (String name : new String[] {space, prediction, version}) {
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "model version: got '" + name + "' (expected the version of a trained model)");
      }
    }
    return models.resolve(space).resolve(prediction).resolve(version);
  }

  private synchronized Explainer explainer(Path directory) {
    Explainer known = kept.get(directory);
    if (known != null) {
      return known;
    }
    Explainer read = read(directory);
    kept.put(directory, read);
    if (kept.size() > KEPT_MAX) {
      kept.remove(kept.keySet().iterator().next());
    }
    return read;
  }

  private static Explainer read(Path directory) {
    String version = String.valueOf(directory.getFileName());
    if (!Files.isDirectory(directory)) {
      throw new IllegalArgumentException(
          "model "
              + version
              + ": its files are not in this server's data directory (expected them as long as"
              + " profiles have its scores); the next scoring writes by the model in force.");
    }
    try {
      return new Explainer(ModelBundle.load(directory));
    } catch (IOException | IllegalStateException broken) {
      throw new IllegalArgumentException(
          "model " + version + ": its files cannot be read: " + broken.getMessage(), broken);
    }
  }
}
