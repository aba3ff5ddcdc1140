/**
 * Benchmarks: whole jobs and single folds, each beside a named opponent measured in the same run.
 * Nobody depends on this room. Timed claims belong here, not into tests.
 */
@NullMarked
package dev.traitflow.bench;

import org.jspecify.annotations.NullMarked;
