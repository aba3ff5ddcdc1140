/**
 * Who an event belongs to: identifiers, the rules about them and the graph that joins profiles.
 * Pure; storage is a parameter. Start at {@code IdentityGraph}.
 */
@NullMarked
package dev.traitflow.core.identity;

import org.jspecify.annotations.NullMarked;
