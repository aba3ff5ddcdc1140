/**
 * The topics between the processes and the records in them. Start at {@link
 * dev.traitflow.core.topic.Topics}.
 */
@NullMarked
package dev.traitflow.core.topic;

import org.jspecify.annotations.NullMarked;
