/**
 * The source debugger: the newest calls of each source as they arrived, and what became of them. It
 * follows the log like any reader, so that nothing it does, or fails to do, touches a call on its
 * way. It may not write to the log. Start at {@code SourceDebugger}.
 */
@NullMarked
package dev.traitflow.server.debugger;

import org.jspecify.annotations.NullMarked;
