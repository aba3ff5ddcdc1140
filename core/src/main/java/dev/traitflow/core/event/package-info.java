/**
 * What comes in: log records, the events parsed from them, and why a call was refused. No identity
 * and no traits here. Start at {@link dev.traitflow.core.event.LogRecord}.
 */
@NullMarked
package dev.traitflow.core.event;

import org.jspecify.annotations.NullMarked;
