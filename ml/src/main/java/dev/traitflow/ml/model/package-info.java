/**
 * Models: from a feature block to a row of numbers, and from a row to a number. Nothing here knows
 * a bundle, a score or how one is explained to people. Start at {@link
 * dev.traitflow.ml.model.Predictor}.
 */
@NullMarked
package dev.traitflow.ml.model;

import org.jspecify.annotations.NullMarked;
