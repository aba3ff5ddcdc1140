/**
 * Sending a file of tracking calls to a server, once and in order, however often it is interrupted.
 *
 * <p>It speaks HTTP only: whether the server runs in this process or elsewhere makes no difference.
 * Start at {@link dev.traitflow.launcher.replay.Replay}.
 */
@NullMarked
package dev.traitflow.launcher.replay;

import org.jspecify.annotations.NullMarked;
