/**
 * Questions answered by folding stored histories: why a value is what it is, what it was in the
 * past, who would have a trait, what a change of definitions would do; and exports. Asks no job and
 * changes nothing. Start at {@link ProfileReads}.
 */
@NullMarked
package dev.traitflow.server.questions;

import org.jspecify.annotations.NullMarked;
