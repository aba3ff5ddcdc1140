/**
 * Customer-base models: how often people come back and whether they are still there, from their
 * purchase days alone. They need no labels, so they answer for horizons no label can exist for yet.
 * Densities and their fits are ours, special functions and the optimizer are those of commons-math.
 * Start at {@link dev.traitflow.ml.customerbase.CustomerBaseModel}.
 */
@NullMarked
package dev.traitflow.ml.customerbase;

import org.jspecify.annotations.NullMarked;
