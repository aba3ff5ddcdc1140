/**
 * The log: topics, the clock that stamps its records, and appending to it. Knows no profiles and no
 * HTTP. Start at {@link dev.traitflow.server.log.EventLog}.
 */
@NullMarked
package dev.traitflow.server.log;

import org.jspecify.annotations.NullMarked;
