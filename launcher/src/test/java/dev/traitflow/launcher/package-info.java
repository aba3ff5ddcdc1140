/** Tests of the whole program's shape. */
@NullMarked
package dev.traitflow.launcher;

import org.jspecify.annotations.NullMarked;
