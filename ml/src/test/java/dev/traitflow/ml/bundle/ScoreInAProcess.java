package dev.traitflow.ml.bundle;

import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.ml.explanation.Explainer;
import dev.traitflow.ml.scoring.Scorer;
import dev.traitflow.ml.training.Shop;
import java.io.IOException;
import java.nio.file.Path;

/** A process of its own that loads a bundle, scores and explains, and prints the bits it got. */
final class ScoreInAProcess {
  private ScoreInAProcess() {}

  /** Scores the customers of {@link #shop} with the bundle in the directory that is named. */
  public static void main(String[] arguments) throws IOException {
    System.out.print(bits(ModelBundle.load(Path.of(arguments[0]))));
    System.out.flush();
  }

  static Shop shop() {
    return new Shop(60, 5);
  }

  /**
   * One line for each customer: the bits of the raw score, the score and the sum of contributions.
   */
  static String bits(ModelBundle bundle) {
    Scorer scorer = new Scorer(bundle);
    Explainer explainer = new Explainer(bundle);
    StringBuilder lines = new StringBuilder();
    for (FeatureBlock block : shop().blocks()) {
      lines.append(Double.doubleToRawLongBits(scorer.score(block).raw())).append(' ');
      lines.append(Double.doubleToRawLongBits(scorer.score(block).probabilityOrAmount()));
      lines.append(' ').append(Double.doubleToRawLongBits(explainer.explain(block).sum()));
      lines.append('\n');
    }
    return lines.toString();
  }
}
