/**
 * What is computed: the definition, window and calculation of one trait. A calculation knows no
 * windows or conditions. Start at {@code Calculation}.
 */
@NullMarked
package dev.traitflow.core.trait;

import org.jspecify.annotations.NullMarked;
