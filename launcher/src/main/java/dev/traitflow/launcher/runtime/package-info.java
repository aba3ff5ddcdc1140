/**
 * Everything a single process needs in order to be a whole Traitflow: an embedded Kafka broker, an
 * embedded Flink cluster, the lock on the data directory, and their order of start and stop.
 *
 * <p>It knows nothing of commands, options or terminals. Start at {@link
 * dev.traitflow.launcher.runtime.Instance}.
 */
@NullMarked
package dev.traitflow.launcher.runtime;

import org.jspecify.annotations.NullMarked;
