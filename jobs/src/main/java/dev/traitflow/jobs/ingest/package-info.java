/**
 * From the log's bytes to events or reasons why not. No state. Start at {@link
 * dev.traitflow.jobs.ingest.ParseCalls}.
 */
@NullMarked
package dev.traitflow.jobs.ingest;

import org.jspecify.annotations.NullMarked;
