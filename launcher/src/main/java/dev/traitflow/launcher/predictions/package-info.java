/**
 * The life of predictions in an instance: training, models in force, scores that are refreshed. It
 * sits in the launcher because it needs Flink, Tribuo and the server at once. Start at {@link
 * dev.traitflow.launcher.predictions.PredictionService}.
 */
@NullMarked
package dev.traitflow.launcher.predictions;

import org.jspecify.annotations.NullMarked;
