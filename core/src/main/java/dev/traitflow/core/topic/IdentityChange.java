package dev.traitflow.core.topic;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.identity.Identifier;

/**
 * A record of the topic {@code identifiers}: an identifier was given to a profile or taken from it,
 * or one profile was merged into another or deleted. Of the records of one key the highest sequence
 * wins.
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

  /**
   * The identifier belongs to nobody any more.
   *
   * @param identifier the identifier
   * @param profile the profile that had it
   * @param at the clock at the order, epoch milliseconds; 0 in records of version 1, which do not
   *     say it
   * @param deleted true if the profile was deleted with it
   */
  public record Unmapped(Identifier identifier, String profile, long at, boolean deleted)
      implements Body {}

  /**
   * The profile was deleted: nothing of it is left or will come again. One record for every id that
   * was merged into it, and one for its own.
   *
   * @param profile the id
   */
  public record Deleted(String profile) implements Body {}

  /** Version 2 added when and why an identifier was taken away. Version 1: the first format. */
  public static final Codec<IdentityChange> CODEC = new IdentityChangeCodec();

  /** The topic's key. */
  public byte[] topicKey() {
    ByteWriter out = new ByteWriter().writeByte(1).writeString(space);
    if (body instanceof Mapped mapped) {
      write(out.writeByte(0), mapped.identifier());
    } else if (body instanceof Unmapped unmapped) {
      write(out.writeByte(0), unmapped.identifier());
    } else if (body instanceof MergedInto merged) {
      out.writeByte(1).writeString(merged.profile());
    } else if (body instanceof Deleted deleted) {
      out.writeByte(1).writeString(deleted.profile());
    }
    return out.toBytes();
  }

  private static ByteWriter write(ByteWriter out, Identifier id) {
    return out.writeString(id.collection()).writeString(id.type()).writeString(id.value());
  }

  private static final class IdentityChangeCodec implements Codec<IdentityChange> {
    private static final int VERSION_2 = 2;
    private static final int MAPPED = 0;
    private static final int MERGED = 1;
    private static final int UNMAPPED = 2;
    private static final int DELETED = 3;

    @Override
    public byte[] encode(IdentityChange change) {
      ByteWriter out =
          new ByteWriter()
              .writeByte(VERSION_2)
              .writeString(change.space)
              .writeLong(change.sequence);
      if (change.body instanceof Mapped mapped) {
        IdentityChange.write(out.writeByte(MAPPED), mapped.identifier())
            .writeString(mapped.profile())
            .writeLong(mapped.createdAt())
            .writeString(mapped.firstMessageId())
            .writeString(mapped.source());
      } else if (change.body instanceof MergedInto merged) {
        out.writeByte(MERGED)
            .writeString(merged.profile())
            .writeString(merged.canonical())
            .writeLong(merged.at())
            .writeString(merged.messageId());
      } else if (change.body instanceof Unmapped unmapped) {
        IdentityChange.write(out.writeByte(UNMAPPED), unmapped.identifier())
            .writeString(unmapped.profile())
            .writeLong(unmapped.at())
            .writeBoolean(unmapped.deleted());
      } else if (change.body instanceof Deleted deleted) {
        out.writeByte(DELETED).writeString(deleted.profile());
      }
      return out.toBytes();
    }

    @Override
    public IdentityChange decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      int version = in.readVersion(VERSION_2, "identity change");
      String space = in.readString();
      long sequence = in.readLong();
      int kind = in.readByte();
      Body body =
          switch (kind) {
            case MAPPED ->
                new Mapped(
                    identifier(in),
                    in.readString(),
                    in.readLong(),
                    in.readString(),
                    in.readString());
            case MERGED ->
                new MergedInto(in.readString(), in.readString(), in.readLong(), in.readString());
            case UNMAPPED ->
                version < VERSION_2
                    ? new Unmapped(identifier(in), in.readString(), 0, false)
                    : new Unmapped(
                        identifier(in), in.readString(), in.readLong(), in.readBoolean());
            case DELETED -> new Deleted(in.readString());
            default ->
                throw new IllegalArgumentException(
                    "identity change: got kind " + kind + " (expected 0 to 3)");
          };
      return new IdentityChange(space, sequence, body);
    }

    private static Identifier identifier(ByteReader in) {
      return new Identifier(in.readString(), in.readString(), in.readString());
    }
  }
}
