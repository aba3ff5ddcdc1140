package dev.traitflow.ml.scoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.prediction.FeatureSet;
import dev.traitflow.core.prediction.Labels;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.ml.bundle.ModelBundle;
import dev.traitflow.ml.bundle.ScoringFunction;
import dev.traitflow.ml.model.FeatureMapping;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * Scores profiles with one bundle. Names were resolved when the bundle was loaded: a row costs one
 * pass over plain arrays, some microseconds. Immutable and thread-safe.
 */
public final class Scorer {
  private static final ObjectWriter WRITER =
      JsonMapper.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build().writer();

  private static final FeatureBlock NOBODY = FeatureSet.extract("", "", true, List.of(), 0);

  private final PredictionDefinition definition;
  private final FeatureMapping mapping;
  private final ScoringFunction function;
  private final double[] population;

  /**
   * Creates a scorer of that version.
   *
   * @throws IllegalArgumentException if the model has no finite answer to a profile without events,
   *     as one with a weight that is no number has not
   */
  public Scorer(ModelBundle bundle) {
    definition = bundle.definition();
    mapping = bundle.mapping();
    function = bundle.function();
    population = bundle.population();
    double raw = function.raw(mapping.row(NOBODY));
    if (!Double.isFinite(raw)) {
      throw new IllegalArgumentException(
          "model: answers " + raw + " to a profile without events (expected a finite number)");
    }
  }

  /** Scores blocks, in their order. */
  public List<Score> score(List<FeatureBlock> blocks) {
    List<Score> scores = new ArrayList<>(blocks.size());
    for (FeatureBlock block : blocks) {
      scores.add(score(block));
    }
    return scores;
  }

  /**
   * Scores one block.
   *
   * @throws IllegalStateException if the model's answer is no finite number
   */
  public Score score(FeatureBlock block) {
    double raw = function.raw(mapping.row(block));
    if (!Double.isFinite(raw)) {
      throw new IllegalStateException("score: got " + raw + " (expected a finite number)");
    }
    return new Score(
        block.profile(),
        Labels.eligible(definition, block),
        raw,
        function.value(raw),
        hundredths(raw) / 100.0);
  }

  /**
   * The traits a score writes, as a JSON object in UTF-8: {@code <key>} with the percentile, and
   * {@code <key>_probability}, or {@code <key>_amount} and {@code <key>_currency} for spend. All
   * are null, which removes them, if the profile is not eligible. Probabilities have up to six
   * decimals, amounts two.
   */
  public static byte[] traitsJson(PredictionDefinition definition, Score score) {
    String key = definition.key();
    boolean set = score.eligible();
    ObjectNode traits = JsonNodeFactory.instance.objectNode();
    traits.put(key, set ? decimal(score.percentile(), 2) : null);
    if (definition.isProbability()) {
      traits.put(key + "_probability", set ? decimal(score.probabilityOrAmount(), 6) : null);
    } else {
      traits.put(key + "_amount", set ? decimal(score.probabilityOrAmount(), 2) : null);
      traits.put(key + "_currency", set ? definition.currency() : null);
    }
    try {
      return WRITER.writeValueAsBytes(traits);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("traits of a score: cannot be written", impossible);
    }
  }

  private static BigDecimal decimal(double value, int decimals) {
    return BigDecimal.valueOf(value)
        .setScale(decimals, RoundingMode.HALF_EVEN)
        .stripTrailingZeros();
  }

  private int hundredths(double raw) {
    int low = 0;
    int high = population.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (population[middle] < raw) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return population.length == 0 ? 0 : (int) Math.min(99, low * 100L / population.length);
  }
}
