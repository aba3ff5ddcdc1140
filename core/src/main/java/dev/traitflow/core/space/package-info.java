/** A space: its definition, and what it is made of. Start at {@code SpaceDefinition}. */
@NullMarked
package dev.traitflow.core.space;

import org.jspecify.annotations.NullMarked;
