/**
 * Training: from training rows to a bundle or to a refusal that explains itself. Reads no clock and
 * no files. Start at {@link dev.traitflow.ml.training.PredictionTraining}.
 */
@NullMarked
package dev.traitflow.ml.training;

import org.jspecify.annotations.NullMarked;
