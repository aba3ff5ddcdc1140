package dev.traitflow.core.event;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;

/**
 * Traits that another pipeline computed for a profile and sends back through the log.
 *
 * @param profile id of the profile; a merged one is followed to its survivor
 * @param writer key of the prediction or SQL trait that writes, or what keeps a value whose
 *     definition is gone or rests; a newer write of the same writer replaces its older one whole
 * @param version version of the model, query or definition that the values are of
 * @param timestamp the instant the values are right at, epoch milliseconds
 * @param traits JSON object of the traits as UTF-8; {@code null} members remove a trait
 */
public record TraitWrite(
    String profile, String writer, String version, long timestamp, byte[] traits) {

  /** Version 1: the first format. */
  public static final Codec<TraitWrite> CODEC = new TraitWriteCodec();

  /** The same for the same write, so that a repeated one changes nothing. */
  public String messageId() {
    return writer + "/" + version + "/" + timestamp + "/" + profile;
  }

  /**
   * The write as an event of the profile's history.
   *
   * @param receivedAt when it came into the log, epoch milliseconds
   */
  public Event asEvent(long receivedAt) {
    return new Event(
        EventType.WRITE,
        messageId(),
        timestamp,
        receivedAt,
        version,
        writer,
        null,
        null,
        null,
        null,
        null,
        null,
        Event.NONE,
        traits,
        Event.NONE);
  }

  private static final class TraitWriteCodec implements Codec<TraitWrite> {
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(TraitWrite write) {
      return new ByteWriter(64 + write.traits.length)
          .writeByte(VERSION_1)
          .writeString(write.profile)
          .writeString(write.writer)
          .writeString(write.version)
          .writeLong(write.timestamp)
          .writeBytes(write.traits)
          .toBytes();
    }

    @Override
    public TraitWrite decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "trait write");
      return new TraitWrite(
          in.readString(), in.readString(), in.readString(), in.readLong(), in.readBytes());
    }
  }
}
