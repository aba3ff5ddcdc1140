package dev.traitflow.ml.model;

import dev.traitflow.core.codec.ByteWriter;

/**
 * A model as plain arrays: from a standardised row to a number on the scale on which models add up,
 * log odds of the outcome or the logarithm of the expected amount. Immutable and thread-safe.
 *
 * <p>Every predictor explains itself: an explanation of a score is the sum over all predictors and
 * must not leave one out.
 */
public interface Predictor {
  /** The number of a row, whose columns are those of the bundle's mapping. */
  double apply(double[] row);

  /**
   * How much each column contributes to {@link #apply}.
   *
   * @param averages the average training row, from which contributions are measured; a predictor
   *     that knows its own average may ignore it
   * @throws IllegalArgumentException if the predictor lacks the numbers that contributions need
   */
  Contributions contributions(double[] averages);

  /** Writes what {@link ModelFamily#read} of its family reads back to the same bits. */
  void write(ByteWriter out);
}
