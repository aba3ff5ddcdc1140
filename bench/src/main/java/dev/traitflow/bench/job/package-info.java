/**
 * What benchmarks are made of: a cluster in this JVM, a source that plays a script, a sink that
 * measures, traffic and definitions. Knows nothing of any one benchmark.
 */
@NullMarked
package dev.traitflow.bench.job;

import org.jspecify.annotations.NullMarked;
