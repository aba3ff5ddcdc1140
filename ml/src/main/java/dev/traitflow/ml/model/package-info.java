/**
 * Models: from a feature block to a row of numbers, from a row to a number, and the families that
 * fit, store and explain predictors. The only room that knows the libraries that train. It knows no
 * bundle, no score and no words for people. Start at {@link dev.traitflow.ml.model.ModelFamily}.
 */
@NullMarked
package dev.traitflow.ml.model;

import org.jspecify.annotations.NullMarked;
