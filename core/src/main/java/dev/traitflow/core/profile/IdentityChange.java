package dev.traitflow.core.profile;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.identity.Identifier;

/**
 * A record of the topic {@code identifiers}: an identifier was given to a profile, or one profile
 * was merged into another. Of the records of one key the highest sequence wins.
 *
 * @param space id of the space
 * @param sequence offset in the log of the event that caused it
 * @param body what happened
 */
public record IdentityChange(String space, long sequence, Body body) {

  /** What happened. */
  public sealed interface Body {}

  /**
   * The identifier belongs to the profile. Merges never rewrite this record: follow {@link
   * MergedInto} from its profile.
   *
   * @param identifier the identifier
   * @param profile the profile that got it
   * @param createdAt timestamp of the event that brought it, epoch milliseconds
   * @param firstMessageId that event's messageId
   * @param source slug of that event's source
   */
  public record Mapped(
      Identifier identifier, String profile, long createdAt, String firstMessageId, String source)
      implements Body {}

  /**
   * The profile's canonical id is now {@code canonical}. One record for every id ever merged into
   * the survivor, so no chain needs to be followed.
   *
   * @param profile an id merged away, now or earlier
   * @param canonical the survivor
   * @param at timestamp of the merging event, epoch milliseconds
   * @param messageId that event's messageId
   */
  public record MergedInto(String profile, String canonical, long at, String messageId)
      implements Body {}

  /** Version 1: the first format. */
  public static final Codec<IdentityChange> CODEC = new IdentityChangeCodec();

  /** The topic's key. */
  public byte[] topicKey() {
    ByteWriter out = new ByteWriter().writeByte(1).writeString(space);
    if (body instanceof Mapped mapped) {
      Identifier id = mapped.identifier();
      out.writeByte(0).writeString(id.collection()).writeString(id.type()).writeString(id.value());
    } else if (body instanceof MergedInto merged) {
      out.writeByte(1).writeString(merged.profile());
    }
    return out.toBytes();
  }

  private static final class IdentityChangeCodec implements Codec<IdentityChange> {
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(IdentityChange change) {
      ByteWriter out =
          new ByteWriter()
              .writeByte(VERSION_1)
              .writeString(change.space)
              .writeLong(change.sequence);
      if (change.body instanceof Mapped mapped) {
        Identifier id = mapped.identifier();
        out.writeByte(0)
            .writeString(id.collection())
            .writeString(id.type())
            .writeString(id.value())
            .writeString(mapped.profile())
            .writeLong(mapped.createdAt())
            .writeString(mapped.firstMessageId())
            .writeString(mapped.source());
      } else if (change.body instanceof MergedInto merged) {
        out.writeByte(1)
            .writeString(merged.profile())
            .writeString(merged.canonical())
            .writeLong(merged.at())
            .writeString(merged.messageId());
      }
      return out.toBytes();
    }

    @Override
    public IdentityChange decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "identity change");
      String space = in.readString();
      long sequence = in.readLong();
      Body body =
          in.readByte() == 0
              ? new Mapped(
                  new Identifier(in.readString(), in.readString(), in.readString()),
                  in.readString(),
                  in.readLong(),
                  in.readString(),
                  in.readString())
              : new MergedInto(in.readString(), in.readString(), in.readLong(), in.readString());
      return new IdentityChange(space, sequence, body);
    }
  }
}
