/**
 * Whether the pipeline behind the server works: its jobs and its store. Knows neither Flink nor
 * HTTP. Start at {@link dev.traitflow.server.health.PipelineHealth}.
 */
@NullMarked
package dev.traitflow.server.health;

import org.jspecify.annotations.NullMarked;
