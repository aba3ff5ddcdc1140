package dev.traitflow.ml.model;

import dev.traitflow.core.prediction.PredictionDefinition;

/**
 * What a fit depends on beside its rows: the same setup and rows give the same bits.
 *
 * @param definition the prediction
 * @param mapping gave the rows their columns
 * @param seed of everything random
 * @param now the time models are stamped with, epoch milliseconds
 */
public record TrainingSetup(
    PredictionDefinition definition, FeatureMapping mapping, long seed, long now) {}
