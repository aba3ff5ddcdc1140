package dev.traitflow.jobs.history;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventNames;
import dev.traitflow.core.topic.ResolvedEvent;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An event as a chunk has it: the bytes of the {@code ResolvedEvent}, behind them what is asked for
 * without reading them: the timestamp and the hash of the name.
 *
 * @param timestamp when it happened, epoch milliseconds
 * @param name {@link EventNames#hash} of it
 * @param bytes the whole
 */
record StoredEvent(long timestamp, int name, byte[] bytes) {
  private static final int TRAILER = Long.BYTES + Integer.BYTES;

  static StoredEvent of(Event event, byte[] resolved) {
    int name = EventNames.hash(event);
    ByteBuffer bytes = ByteBuffer.wrap(Arrays.copyOf(resolved, resolved.length + TRAILER));
    bytes.putLong(resolved.length, event.timestamp());
    bytes.putInt(resolved.length + Long.BYTES, name);
    return new StoredEvent(event.timestamp(), name, bytes.array());
  }

  static StoredEvent of(byte[] bytes) {
    ByteBuffer trailer = ByteBuffer.wrap(bytes, bytes.length - TRAILER, TRAILER);
    return new StoredEvent(trailer.getLong(), trailer.getInt(), bytes);
  }

  ResolvedEvent resolved() {
    return ResolvedEvent.CODEC.decode(bytes);
  }

  /** The event, as a user's history shows it. */
  Event event() {
    return ResolvedEvent.eventOf(bytes);
  }

  /** The id of the profile whose event it is; in an account's history that of the acting user. */
  String profile() {
    return ResolvedEvent.profileOf(bytes);
  }

  /** Its place in the log: the order of arrival. */
  long sequence() {
    return ResolvedEvent.sequenceOf(bytes);
  }

  String messageId() {
    return ResolvedEvent.messageIdOf(bytes);
  }
}
