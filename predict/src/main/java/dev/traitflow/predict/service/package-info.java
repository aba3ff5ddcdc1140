/**
 * The life of predictions: which are trained when, by what, what comes into force, and scores that
 * are refreshed. Start at {@link dev.traitflow.predict.service.PredictionService}.
 */
@NullMarked
package dev.traitflow.predict.service;

import org.jspecify.annotations.NullMarked;
