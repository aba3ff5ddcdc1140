package dev.traitflow.predict.service;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.ml.bundle.BundleReference;
import dev.traitflow.ml.bundle.BundleStore;
import dev.traitflow.ml.bundle.ModelBundle;
import dev.traitflow.ml.explanation.Explainer;
import dev.traitflow.ml.explanation.ExplanationJson;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Explains scores by the version that wrote them, from the bundles in a store. Bundles never
 * change, so that one is read once; some are kept, the longest unused goes first. Thread-safe;
 * reading a bundle takes some hundred milliseconds, an explanation after it a few.
 */
public final class Explanations {
  private static final int KEPT_MAX = 16;

  private final BundleStore bundles;
  private final Map<BundleReference, Explainer> kept = new LinkedHashMap<>(KEPT_MAX, 0.75f, true);

  /** Explains by the bundles of a store. */
  public Explanations(BundleStore bundles) {
    this.bundles = bundles;
  }

  /**
   * Why a profile has its score, as {@link ExplanationJson} writes it.
   *
   * @param version of the model that scored
   * @param block features of the profile at the instant it was scored at
   * @throws IllegalArgumentException with a sentence if that version cannot be read any more
   */
  public JsonNode explain(String space, String prediction, String version, FeatureBlock block) {
    Explainer explainer = explainer(BundleReference.of(space, prediction, version));
    return ExplanationJson.of(explainer.explain(block), explainer.bundle());
  }

  private synchronized Explainer explainer(BundleReference bundle) {
    Explainer known = kept.get(bundle);
    if (known != null) {
      return known;
    }
    Explainer read = read(bundle);
    kept.put(bundle, read);
    if (kept.size() > KEPT_MAX) {
      kept.remove(kept.keySet().iterator().next());
    }
    return read;
  }

  private Explainer read(BundleReference bundle) {
    try {
      return new Explainer(ModelBundle.of(bundles.get(bundle)));
    } catch (FileNotFoundException gone) {
      throw new IllegalArgumentException(
          "model "
              + bundle.name()
              + ": its files are not at "
              + bundles.locate(bundle)
              + " (expected them as long as profiles have its scores); the next scoring writes by"
              + " the model in force.",
          gone);
    } catch (IOException | IllegalStateException broken) {
      throw new IllegalArgumentException(
          "model " + bundle.name() + ": its files cannot be read: " + broken.getMessage(), broken);
    }
  }
}
