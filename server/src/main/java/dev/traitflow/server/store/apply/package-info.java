/**
 * Applies the topics to the rows, in batches that hold the offsets: one writer, from Kafka, from a
 * rebuild or from a bulk load. Answers no reads. Start at {@link RecordApplier}.
 */
@NullMarked
package dev.traitflow.server.store.apply;

import org.jspecify.annotations.NullMarked;
