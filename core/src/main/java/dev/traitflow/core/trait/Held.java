package dev.traitflow.core.trait;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.condition.PropertyValue;
import org.jspecify.annotations.Nullable;

/**
 * The value of the first or last event so far, with the place of that event in the history.
 *
 * @param timestamp when the event happened, epoch milliseconds
 * @param messageId the event's identity
 * @param value the value, null before the first event
 */
record Held(long timestamp, String messageId, @Nullable PropertyValue value) {
  static final Held NONE = new Held(0, "", null);
  static final Codec<Held> CODEC = new HeldCodec();

  /** True if this one's event is before the other's in the history; both must have a value. */
  boolean isBefore(Held other) {
    return Occurrence.compare(timestamp, messageId, other.timestamp, other.messageId) < 0;
  }

  /** True if the value came with this event. */
  boolean isOf(Occurrence occurrence) {
    return value != null
        && timestamp == occurrence.timestamp()
        && messageId.equals(occurrence.messageId());
  }

  @Nullable String json() {
    return value == null ? null : value.json();
  }

  private static final class HeldCodec implements Codec<Held> {
    /** Version 1: whether there is a value, then timestamp, messageId, value. */
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(Held held) {
      ByteWriter out = new ByteWriter(64).writeByte(VERSION_1).writeBoolean(held.value != null);
      if (held.value != null) {
        held.value.write(out.writeLong(held.timestamp).writeString(held.messageId));
      }
      return out.toBytes();
    }

    @Override
    public Held decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "first or last value");
      return in.readBoolean()
          ? new Held(in.readLong(), in.readString(), PropertyValue.read(in))
          : NONE;
    }
  }
}
