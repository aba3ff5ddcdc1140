/**
 * Benchmarks: whole jobs and single folds, each beside a named opponent measured in the same run.
 * Only the command line depends on this room. Timed claims belong here, not into tests. Start with
 * {@link dev.traitflow.bench.Bench}; docs/benchmarks.md says what the numbers mean.
 */
@NullMarked
package dev.traitflow.bench;

import org.jspecify.annotations.NullMarked;
