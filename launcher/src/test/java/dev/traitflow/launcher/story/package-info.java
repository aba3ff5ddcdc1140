/**
 * Whole stories through the public interface of a running instance, with the virtual clock and the
 * barrier. Names of tests begin with the row of the feature checklist they check.
 */
@NullMarked
package dev.traitflow.launcher.story;

import org.jspecify.annotations.NullMarked;
