package dev.traitflow.ml.bundle;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;

/**
 * The scores of everybody at an instant after the training, beside the bundle that scored them, for
 * the bundle itself is never changed. Neither is the file.
 */
public final class PopulationFile {
  private static final JsonMapper JSON = new JsonMapper();

  private PopulationFile() {}

  /**
   * Writes a file.
   *
   * @param bundle the directory of the bundle
   * @param at the instant, epoch milliseconds
   * @param scores raw scores in any order; sorted in place
   * @return the file, {@code <bundle>-population-<at>.json}
   */
  public static Path write(Path bundle, long at, double[] scores) throws IOException {
    Path file = bundle.resolveSibling(bundle.getFileName() + "-population-" + at + ".json");
    Path draft = Files.createTempFile(file.getParent(), ".draft-", ".json");
    Arrays.sort(scores);
    try {
      Files.write(draft, JSON.writeValueAsBytes(ModelBundle.thin(scores)));
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
    return file;
  }

  /** Raw scores, ascending. */
  public static double[] read(Path file) throws IOException {
    return JSON.readValue(file.toFile(), double[].class);
  }
}
