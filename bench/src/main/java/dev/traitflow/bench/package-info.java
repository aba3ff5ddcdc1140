/**
 * Benchmarks: whole jobs and single folds, each beside a named opponent measured in the same run.
 * Nothing depends on this room, and the product is without it. Timed claims belong here, not into
 * tests. Start with {@link dev.traitflow.bench.Bench}, which {@link dev.traitflow.bench.Main} runs;
 * docs/benchmarks.md says what the numbers mean.
 */
@NullMarked
package dev.traitflow.bench;

import org.jspecify.annotations.NullMarked;
