/**
 * A generated shop: customers, their calls, and calls that are broken. Start at {@link
 * dev.traitflow.core.sample.SampleEvents}.
 */
@NullMarked
package dev.traitflow.core.sample;

import org.jspecify.annotations.NullMarked;
