package dev.traitflow.core.identity;

import dev.traitflow.core.text.Utf8;

/**
 * An identifier given to a profile, and what gave it.
 *
 * @param identifier the identifier
 * @param createdAt timestamp of the event that brought it, epoch milliseconds; kept over merges
 * @param firstMessageId that event's messageId
 * @param source slug of that event's source
 */
public record Mapping(Identifier identifier, long createdAt, String firstMessageId, String source) {

  /** What it takes at most as a part of a profile's node, in bytes. */
  int bytes() {
    return 20 + identifier.bytes() + Utf8.length(firstMessageId) + Utf8.length(source);
  }
}
