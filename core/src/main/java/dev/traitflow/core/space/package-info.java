/**
 * A space: its definition, the names of its topics and the generated sample customers. Start at
 * {@code SpaceDefinition}.
 */
@NullMarked
package dev.traitflow.core.space;

import org.jspecify.annotations.NullMarked;
