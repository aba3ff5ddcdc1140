/** The life of predictions on a whole instance, and its parts alone. */
@NullMarked
package dev.traitflow.launcher.predictions;

import org.jspecify.annotations.NullMarked;
