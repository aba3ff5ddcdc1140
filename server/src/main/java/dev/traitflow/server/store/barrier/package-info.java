/**
 * How far the jobs are, by the markers they write behind their output, and what waits for them:
 * flushes, and readers who want to see what they wrote. Knows no rows. Start at {@link
 * PipelineProgress}.
 */
@NullMarked
package dev.traitflow.server.store.barrier;

import org.jspecify.annotations.NullMarked;
