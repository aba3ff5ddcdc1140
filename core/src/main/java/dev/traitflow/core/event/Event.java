package dev.traitflow.core.event;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.text.CodePointOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One accepted event. Its JSON objects stay the bytes they came as until a field is needed.
 *
 * @param type the call
 * @param messageId the event's identity; never empty
 * @param timestamp when it happened: the corrected time, epoch milliseconds
 * @param receivedAt when it was received, epoch milliseconds
 * @param source slug of the source it came from
 * @param name the name definitions match: a track call's event, {@code Page Viewed} of a page call,
 *     {@code Screen Viewed} of a screen call, the writer's key of a write, empty otherwise
 * @param userId the call's user id, or null
 * @param anonymousId the call's anonymous id, or null
 * @param groupId the call's group id, or null
 * @param previousId an alias call's previous id, or null
 * @param title the {@code name} of a page or screen call, or null
 * @param category the {@code category} of a page call, or null
 * @param properties the JSON object {@code properties} as UTF-8, empty if absent
 * @param traits the JSON object {@code traits} as UTF-8, empty if absent
 * @param context the JSON object {@code context} as UTF-8, empty if absent
 * @param integrations the JSON object {@code integrations} as UTF-8: which destinations want the
 *     event; empty if absent
 */
public record Event(
    EventType type,
    String messageId,
    long timestamp,
    long receivedAt,
    String source,
    String name,
    @Nullable String userId,
    @Nullable String anonymousId,
    @Nullable String groupId,
    @Nullable String previousId,
    @Nullable String title,
    @Nullable String category,
    byte[] properties,
    byte[] traits,
    byte[] context,
    byte[] integrations) {

  /** Absent JSON object. */
  public static final byte[] NONE = new byte[0];

  /**
   * The order of a history: by timestamp, then by messageId in code-point order. Arrival order is
   * never used.
   */
  public static final Comparator<Event> HISTORY_ORDER =
      Comparator.comparingLong(Event::timestamp)
          .thenComparing(Event::messageId, CodePointOrder.INSTANCE);

  /** Version 1: the first format; version 2: and {@link #integrations}. */
  public static final Codec<Event> CODEC = new EventCodec();

  /** An event that says nothing of destinations. */
  public Event(
      EventType type,
      String messageId,
      long timestamp,
      long receivedAt,
      String source,
      String name,
      @Nullable String userId,
      @Nullable String anonymousId,
      @Nullable String groupId,
      @Nullable String previousId,
      @Nullable String title,
      @Nullable String category,
      byte[] properties,
      byte[] traits,
      byte[] context) {
    this(
        type,
        messageId,
        timestamp,
        receivedAt,
        source,
        name,
        userId,
        anonymousId,
        groupId,
        previousId,
        title,
        category,
        properties,
        traits,
        context,
        NONE);
  }

  /** Reads {@link #CODEC encoded} bytes. */
  public static Event read(ByteReader in) {
    return EventCodec.read(in);
  }

  /** Reads the type alone of {@link #CODEC encoded} bytes. */
  public static EventType typeOf(ByteReader in) {
    in.readVersion(EventCodec.VERSION_2, "event");
    return EventType.ofWireCode(in.readByte());
  }

  /** Reads the messageId alone of {@link #CODEC encoded} bytes. */
  public static String messageIdOf(ByteReader in) {
    EventType unused = typeOf(in);
    return in.readString();
  }

  /** The same event with other traits: a JSON object as UTF-8. */
  public Event withTraits(byte[] others) {
    return new Event(
        type,
        messageId,
        timestamp,
        receivedAt,
        source,
        name,
        userId,
        anonymousId,
        groupId,
        previousId,
        title,
        category,
        properties,
        others,
        context,
        integrations);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Event that
        && type == that.type
        && messageId.equals(that.messageId)
        && timestamp == that.timestamp
        && receivedAt == that.receivedAt
        && source.equals(that.source)
        && name.equals(that.name)
        && Objects.equals(userId, that.userId)
        && Objects.equals(anonymousId, that.anonymousId)
        && Objects.equals(groupId, that.groupId)
        && Objects.equals(previousId, that.previousId)
        && Objects.equals(title, that.title)
        && Objects.equals(category, that.category)
        && Arrays.equals(properties, that.properties)
        && Arrays.equals(traits, that.traits)
        && Arrays.equals(context, that.context)
        && Arrays.equals(integrations, that.integrations);
  }

  @Override
  public int hashCode() {
    return messageId.hashCode() * 31 + Long.hashCode(timestamp);
  }

  @Override
  public String toString() {
    return type.wireName() + " " + name + " " + messageId + " at " + timestamp;
  }

  private static final class EventCodec implements Codec<Event> {
    private static final int VERSION_2 = 2;

    @Override
    public byte[] encode(Event event) {
      ByteWriter out =
          new ByteWriter(
              128
                  + event.properties.length
                  + event.traits.length
                  + event.context.length
                  + event.integrations.length);
      out.writeByte(VERSION_2);
      out.writeByte(event.type.wireCode());
      out.writeString(event.messageId);
      out.writeLong(event.timestamp);
      out.writeLong(event.receivedAt - event.timestamp);
      out.writeString(event.source);
      out.writeString(event.name);
      out.writeNullableString(event.userId);
      out.writeNullableString(event.anonymousId);
      out.writeNullableString(event.groupId);
      out.writeNullableString(event.previousId);
      out.writeNullableString(event.title);
      out.writeNullableString(event.category);
      out.writeBytes(event.properties);
      out.writeBytes(event.traits);
      out.writeBytes(event.context);
      out.writeBytes(event.integrations);
      return out.toBytes();
    }

    @Override
    public Event decode(byte[] bytes) {
      return read(new ByteReader(bytes));
    }

    static Event read(ByteReader in) {
      int version = in.readVersion(VERSION_2, "event");
      EventType type = EventType.ofWireCode(in.readByte());
      String messageId = in.readString();
      long timestamp = in.readLong();
      return new Event(
          type,
          messageId,
          timestamp,
          timestamp + in.readLong(),
          in.readString(),
          in.readString(),
          in.readNullableString(),
          in.readNullableString(),
          in.readNullableString(),
          in.readNullableString(),
          in.readNullableString(),
          in.readNullableString(),
          in.readBytes(),
          in.readBytes(),
          in.readBytes(),
          version < VERSION_2 ? NONE : in.readBytes());
    }
  }
}
