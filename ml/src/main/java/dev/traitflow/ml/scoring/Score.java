package dev.traitflow.ml.scoring;

/**
 * What a model says about one profile.
 *
 * @param profile canonical id of the profile
 * @param eligible true if the prediction is asked about it; only then is it written to the profile
 * @param raw what profiles are ranked by
 * @param probabilityOrAmount calibrated probability 0 to 1, or expected spend; finite also where
 *     not eligible
 * @param percentile share of the population at training time with a strictly lower raw score,
 *     rounded down to two decimals, 0 to 0.99
 */
public record Score(
    String profile, boolean eligible, double raw, double probabilityOrAmount, double percentile) {}
