/**
 * Text: how it is ordered, cut, trimmed and read as numbers and times. Knows nothing of events.
 * Start at {@link dev.traitflow.core.text.Decimals}.
 */
@NullMarked
package dev.traitflow.core.text;

import org.jspecify.annotations.NullMarked;
