package dev.traitflow.core.topic;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.identity.Identifier;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record of the topic {@code profiles.events}: an accepted event, once, with the profile it was
 * resolved to. Its topic key is {@code space/messageId}, its partition that of the profile.
 *
 * @param space id of the space
 * @param profile canonical id of the profile when the event was resolved; later merges are found in
 *     the topic {@code identifiers}
 * @param sequence offset in the log: the arrival order
 * @param event the event
 * @param identifiers the identifiers it was resolved by; of a group call also the account's, which
 *     makes it the link between the two
 */
public record ResolvedEvent(
    String space, String profile, long sequence, Event event, List<Identifier> identifiers) {

  private static final int VERSION_1 = 1;
  private static final int VERSION_2 = 2;

  /** Version 1: the first format; version 2: the same, and {@link #movedFrom}. */
  public static final Codec<ResolvedEvent> CODEC = new ResolvedEventCodec();

  public ResolvedEvent {
    identifiers = List.copyOf(identifiers);
  }

  /**
   * Encodes an event that is encoded already, as {@link #CODEC} would.
   *
   * @param event by {@link Event#CODEC}
   */
  public static byte[] encode(
      String space, String profile, long sequence, byte[] event, List<Identifier> identifiers) {
    ByteWriter out = new ByteWriter(96 + event.length + 64 * identifiers.size());
    out.writeByte(VERSION_1);
    out.writeString(space);
    out.writeString(profile);
    out.writeLong(sequence);
    out.writeBytes(event);
    Identifier.writeAll(out, identifiers);
    return out.toBytes();
  }

  /** The event alone of {@link #CODEC encoded} bytes: quicker than to decode them whole. */
  public static Event eventOf(byte[] bytes) {
    return Event.read(eventIn(bytes));
  }

  /** The event's type alone of {@link #CODEC encoded} bytes. */
  public static EventType typeOf(byte[] bytes) {
    return Event.typeOf(eventIn(bytes));
  }

  /** The event's messageId alone of {@link #CODEC encoded} bytes. */
  public static String messageIdOf(byte[] bytes) {
    return Event.messageIdOf(eventIn(bytes));
  }

  private static ByteReader eventIn(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    in.readVersion(VERSION_2, "resolved event");
    in.skipBytes();
    in.skipBytes();
    in.readLong();
    return in.readNested();
  }

  /** The profile alone of {@link #CODEC encoded} bytes. */
  public static String profileOf(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    in.readVersion(VERSION_2, "resolved event");
    in.skipBytes();
    return in.readString();
  }

  /** The same with other bytes of the event. */
  public ResolvedEvent of(Event changed) {
    return new ResolvedEvent(space, profile, sequence, changed, identifiers);
  }

  /** The place in the log alone of {@link #CODEC encoded} bytes. */
  public static long sequenceOf(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    in.readVersion(VERSION_2, "resolved event");
    in.skipBytes();
    in.skipBytes();
    return in.readLong();
  }

  /** The same event as another profile's. */
  public ResolvedEvent of(String owner) {
    return new ResolvedEvent(space, owner, sequence, event, identifiers);
  }

  /** Encodes an event that was another profile's before, to replace the record that said so. */
  public static byte[] encodeMoved(ResolvedEvent resolved, String from) {
    byte[] bytes = CODEC.encode(resolved);
    bytes[0] = VERSION_2;
    byte[] tail = new ByteWriter().writeString(from).toBytes();
    byte[] moved = Arrays.copyOf(bytes, bytes.length + tail.length);
    System.arraycopy(tail, 0, moved, bytes.length, tail.length);
    return moved;
  }

  /** The profile whose event this was until an unmerge; null for any other event. */
  public static @Nullable String movedFrom(byte[] bytes) {
    if (bytes[0] != VERSION_2) {
      return null;
    }
    ByteReader in = new ByteReader(bytes);
    in.readByte();
    in.skipBytes();
    in.skipBytes();
    in.readLong();
    in.skipBytes();
    Identifier.readAll(in);
    return in.readString();
  }

  /** The topic's key. */
  public byte[] topicKey() {
    return new ByteWriter()
        .writeByte(1)
        .writeString(space)
        .writeString(event.messageId())
        .toBytes();
  }

  /** The account it links its user to: that of a group call; null for any other event. */
  public @Nullable Identifier account() {
    for (Identifier identifier : identifiers) {
      if (identifier.collection().equals(Identifier.ACCOUNTS)) {
        return identifier;
      }
    }
    return null;
  }

  /**
   * This event for the history of an account: it says whose profile acted, and which account.
   *
   * @param user canonical id of the acting user's profile
   * @param account the account
   */
  public static ResolvedEvent ofAccount(
      String space, String user, long sequence, Event event, Identifier account) {
    return new ResolvedEvent(space, user, sequence, event, List.of(account));
  }

  /**
   * The event as traits of an account see it: its user id is the acting profile's, its group id the
   * account's.
   */
  public Event accountEvent() {
    Identifier account = account();
    return new Event(
        event.type(),
        event.messageId(),
        event.timestamp(),
        event.receivedAt(),
        event.source(),
        event.name(),
        profile,
        event.anonymousId(),
        account == null ? null : account.value(),
        event.previousId(),
        event.title(),
        event.category(),
        event.properties(),
        event.traits(),
        event.context());
  }

  private static final class ResolvedEventCodec implements Codec<ResolvedEvent> {
    @Override
    public byte[] encode(ResolvedEvent resolved) {
      return ResolvedEvent.encode(
          resolved.space,
          resolved.profile,
          resolved.sequence,
          Event.CODEC.encode(resolved.event),
          resolved.identifiers);
    }

    @Override
    public ResolvedEvent decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_2, "resolved event");
      String space = in.readString();
      String profile = in.readString();
      long sequence = in.readLong();
      Event event = Event.read(in.readNested());
      List<Identifier> ids = Identifier.readAll(in);
      return new ResolvedEvent(space, profile, sequence, event, ids);
    }
  }
}
