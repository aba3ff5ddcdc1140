/**
 * How good scores are: metrics with exact tie rules, simple baselines on the same rows. Knows no
 * model library and no files. Start at {@link dev.traitflow.ml.evaluation.ProbabilityMetrics}.
 */
@NullMarked
package dev.traitflow.ml.evaluation;

import org.jspecify.annotations.NullMarked;
