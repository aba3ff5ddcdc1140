/**
 * Scoring of profiles with a bundle, in batches and plain arrays; no model library on this path.
 * Start at {@link dev.traitflow.ml.scoring.Scorer}.
 */
@NullMarked
package dev.traitflow.ml.scoring;

import org.jspecify.annotations.NullMarked;
