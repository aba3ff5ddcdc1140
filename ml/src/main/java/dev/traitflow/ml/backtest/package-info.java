/**
 * Predictions judged on a file of calls: the product's own rows and trainers, at cutoffs in the
 * past, in this process. Knows neither the pipeline nor a space. Start at {@link
 * dev.traitflow.ml.backtest.CutoffEvaluation}.
 */
@NullMarked
package dev.traitflow.ml.backtest;

import org.jspecify.annotations.NullMarked;
