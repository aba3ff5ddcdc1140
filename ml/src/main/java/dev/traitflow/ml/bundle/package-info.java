/**
 * Model bundles: a trained model with all that scoring needs, as an immutable directory. Training
 * writes bundles, scoring reads them; neither is known here. Start at {@link
 * dev.traitflow.ml.bundle.ModelBundle}.
 */
@NullMarked
package dev.traitflow.ml.bundle;

import org.jspecify.annotations.NullMarked;
