/**
 * How inputs and scores of a model move after its training. Start at {@link
 * dev.traitflow.ml.drift.InputBins}.
 */
@NullMarked
package dev.traitflow.ml.drift;

import org.jspecify.annotations.NullMarked;
