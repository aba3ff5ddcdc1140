package dev.traitflow.server.tracking;

import dev.traitflow.core.event.Parsed;

/** Reads a call as the job will, so that a replay's clock agrees with it. */
@FunctionalInterface
public interface CallParser {
  /**
   * Parses a call.
   *
   * @param body the call's JSON as received
   * @param typeFromPath its type when the path decides it, else empty
   * @param fallbackMessageId the id of a call that brings none
   * @param source slug of its source
   * @param receivedAt when it was received, epoch milliseconds
   * @param replayed true for a line of a replayed file
   */
  Parsed parse(
      byte[] body,
      String typeFromPath,
      String fallbackMessageId,
      String source,
      long receivedAt,
      boolean replayed);
}
