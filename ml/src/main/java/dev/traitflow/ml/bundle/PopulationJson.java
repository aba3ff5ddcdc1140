package dev.traitflow.ml.bundle;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Arrays;

/** The scores of everybody at an instant after the training, as an array of numbers. */
public final class PopulationJson {
  private static final JsonMapper JSON = new JsonMapper();

  private PopulationJson() {}

  /**
   * Writes scores, thinned evenly if they are many.
   *
   * @param scores raw scores in any order; sorted in place
   */
  public static byte[] write(double[] scores) throws IOException {
    Arrays.sort(scores);
    return JSON.writeValueAsBytes(ModelBundle.thin(scores));
  }

  /** Raw scores, ascending. */
  public static double[] read(byte[] json) throws IOException {
    return JSON.readValue(json, double[].class);
  }
}
