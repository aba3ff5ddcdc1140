package dev.traitflow.core.topic;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.profile.TraitValue.Extent;
import dev.traitflow.core.profile.TraitValue.TraitClass;

/**
 * A record of the topic {@code profiles.changes}: the complete value of one trait of one profile,
 * or the pointer from a merged profile to its survivor.
 *
 * <p>Records of a partition are applied in offset order; those of an older {@code attempt} than the
 * newest seen are ignored, because a job that restarts from a checkpoint says everything again.
 *
 * @param space id of the space
 * @param profile canonical id of the profile
 * @param attempt job start and attempt, growing with each restart
 * @param asOf the instant the value is right at, epoch milliseconds
 * @param body the value or the pointer
 */
public record ProfileChange(String space, String profile, long attempt, long asOf, Body body) {

  /** What changed. */
  public sealed interface Body {}

  /** The trait's complete value; absent JSON removes it. */
  public record Value(TraitValue value) implements Body {}

  /**
   * The complete value of a version of a trait that is computed beside the one readers see, until
   * every profile has it; absent JSON removes it.
   */
  public record Staged(TraitValue value) implements Body {}

  /**
   * The profile absorbed {@code loser}: from here on {@code loser}'s identifiers and old id read
   * this profile, whose united values precede this record in the same partition.
   *
   * @param loser the id merged away
   * @param sequence offset of the merging event in the log
   */
  public record Absorbed(String loser, long sequence) implements Body {}

  /** Version 1: the first format; version 2: and how much of the value there is. */
  public static final Codec<ProfileChange> CODEC = new ProfileChangeCodec();

  /** The topic's key: compaction keeps the newest value of each trait and each pointer. */
  public byte[] topicKey() {
    ByteWriter out = new ByteWriter().writeByte(1).writeString(space).writeString(profile);
    if (body instanceof Value value) {
      out.writeByte(0).writeString(value.value().key());
    } else if (body instanceof Absorbed absorbed) {
      out.writeByte(1).writeString(absorbed.loser());
    } else if (body instanceof Staged staged) {
      out.writeByte(2).writeString(staged.value().key()).writeInt(staged.value().version());
    }
    return out.toBytes();
  }

  private static final class ProfileChangeCodec implements Codec<ProfileChange> {
    private static final int VERSION_2 = 2;

    @Override
    public byte[] encode(ProfileChange change) {
      ByteWriter out =
          new ByteWriter(96)
              .writeByte(VERSION_2)
              .writeString(change.space)
              .writeString(change.profile)
              .writeLong(change.attempt)
              .writeLong(change.asOf);
      if (change.body instanceof Value value) {
        write(value.value(), out.writeByte(0));
      } else if (change.body instanceof Staged staged) {
        write(staged.value(), out.writeByte(2));
      } else if (change.body instanceof Absorbed absorbed) {
        out.writeByte(1).writeString(absorbed.loser()).writeLong(absorbed.sequence());
      }
      return out.toBytes();
    }

    @Override
    public ProfileChange decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      int version = in.readVersion(VERSION_2, "profile change");
      String space = in.readString();
      String profile = in.readString();
      long attempt = in.readLong();
      long asOf = in.readLong();
      int kind = in.readByte();
      Body body =
          switch (kind) {
            case 0 -> new Value(read(in, version));
            case 1 -> new Absorbed(in.readString(), in.readLong());
            case 2 -> new Staged(read(in, version));
            default ->
                throw new IllegalArgumentException(
                    "profile change: got kind " + kind + " (expected 0 to 2)");
          };
      return new ProfileChange(space, profile, attempt, asOf, body);
    }

    private static void write(TraitValue trait, ByteWriter out) {
      out.writeString(trait.key())
          .writeByte(trait.traitClass().wireCode())
          .writeNullableBytes(trait.json())
          .writeInt(trait.version())
          .writeLong(trait.updatedAt())
          .writeString(trait.source())
          .writeByte(trait.extent().wireCode());
    }

    private static TraitValue read(ByteReader in, int version) {
      return new TraitValue(
          in.readString(),
          TraitClass.ofWireCode(in.readByte()),
          in.readNullableBytes(),
          in.readInt(),
          in.readLong(),
          in.readString(),
          version > 1 ? Extent.ofWireCode(in.readByte()) : Extent.WHOLE);
    }
  }
}
