/**
 * Reads profiles from the rows at one instant: identifiers, values, merges followed, histories, the
 * log of decisions. Writes nothing. Start at {@link ProfileView}.
 */
@NullMarked
package dev.traitflow.server.store.read;

import org.jspecify.annotations.NullMarked;
