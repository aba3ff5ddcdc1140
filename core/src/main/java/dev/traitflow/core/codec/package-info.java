/**
 * Bytes: how values become versioned bytes and back. Knows nothing of events or profiles. Start at
 * {@link dev.traitflow.core.codec.Codec}.
 */
@NullMarked
package dev.traitflow.core.codec;

import org.jspecify.annotations.NullMarked;
