/**
 * Predictions judged on a file of calls, in this process: the product's own rows and trainers, at
 * cutoffs in the past. Start at {@link dev.traitflow.launcher.evaluate.CutoffEvaluation}.
 */
@NullMarked
package dev.traitflow.launcher.evaluate;

import org.jspecify.annotations.NullMarked;
