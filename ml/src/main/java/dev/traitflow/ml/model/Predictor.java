package dev.traitflow.ml.model;

/**
 * A model as plain arrays: from a standardised row to a number on the scale on which models add up,
 * log odds of the outcome or the logarithm of the expected amount.
 */
public sealed interface Predictor permits LinearWeights, FlatTrees {
  /** The number of a row, whose columns are those of the bundle's mapping. */
  double apply(double[] row);
}
