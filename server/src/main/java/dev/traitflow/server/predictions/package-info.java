/**
 * How predictions stand, as whoever trains them tells in the topic {@code models}. Start at {@link
 * dev.traitflow.server.predictions.ModelStates}; {@link
 * dev.traitflow.server.predictions.PredictionControl} is what the server asks for in turn.
 */
@NullMarked
package dev.traitflow.server.predictions;

import org.jspecify.annotations.NullMarked;
