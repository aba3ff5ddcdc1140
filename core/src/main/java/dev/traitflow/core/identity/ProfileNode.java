package dev.traitflow.core.identity;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import java.util.ArrayList;
import java.util.List;

/**
 * A canonical profile as the graph knows it. Bounded by the limits on merges and mappings.
 *
 * @param id canonical id
 * @param createdAt timestamp of the event that created it, epoch milliseconds; the smallest of the
 *     merged ones
 * @param merges how many merges are in it, those of absorbed profiles included
 * @param identifiers its identifiers, oldest knowledge first
 * @param segments every id that resolves to it, its own included
 */
public record ProfileNode(
    String id, long createdAt, int merges, List<Mapping> identifiers, List<String> segments) {

  /** Version 1: the first format. */
  public static final Codec<ProfileNode> CODEC = new ProfileNodeCodec();

  public ProfileNode {
    identifiers = List.copyOf(identifiers);
    segments = List.copyOf(segments);
  }

  /** This profile with more identifiers. */
  ProfileNode with(List<Mapping> added) {
    return new ProfileNode(id, createdAt, merges, concatenate(identifiers, added), segments);
  }

  /** This profile without an identifier. */
  ProfileNode without(Identifier identifier) {
    List<Mapping> left =
        identifiers.stream().filter(each -> !each.identifier().equals(identifier)).toList();
    return new ProfileNode(id, createdAt, merges, left, segments);
  }

  /** This profile after it absorbed {@code loser}. */
  ProfileNode absorbing(ProfileNode loser) {
    return new ProfileNode(
        id,
        Math.min(createdAt, loser.createdAt),
        merges + loser.merges + 1,
        concatenate(identifiers, loser.identifiers),
        concatenate(segments, loser.segments));
  }

  private static <T> List<T> concatenate(List<T> left, List<T> right) {
    List<T> all = new ArrayList<>(left.size() + right.size());
    all.addAll(left);
    all.addAll(right);
    return all;
  }

  private static final class ProfileNodeCodec implements Codec<ProfileNode> {
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(ProfileNode node) {
      ByteWriter out =
          new ByteWriter(64 + 96 * node.identifiers.size() + 28 * node.segments.size())
              .writeByte(VERSION_1)
              .writeString(node.id)
              .writeLong(node.createdAt)
              .writeInt(node.merges)
              .writeInt(node.identifiers.size());
      for (Mapping mapping : node.identifiers) {
        out.writeString(mapping.identifier().collection())
            .writeString(mapping.identifier().type())
            .writeString(mapping.identifier().value())
            .writeLong(mapping.createdAt() - node.createdAt)
            .writeString(mapping.firstMessageId())
            .writeString(mapping.source());
      }
      out.writeInt(node.segments.size());
      for (String segment : node.segments) {
        out.writeString(segment);
      }
      return out.toBytes();
    }

    @Override
    public ProfileNode decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "profile node");
      String id = in.readString();
      long createdAt = in.readLong();
      int merges = in.readInt();
      int identifierCount = in.readInt();
      List<Mapping> identifiers = new ArrayList<>(identifierCount);
      for (int i = 0; i < identifierCount; i++) {
        identifiers.add(
            new Mapping(
                new Identifier(in.readString(), in.readString(), in.readString()),
                createdAt + in.readLong(),
                in.readString(),
                in.readString()));
      }
      int segmentCount = in.readInt();
      List<String> segments = new ArrayList<>(segmentCount);
      for (int i = 0; i < segmentCount; i++) {
        segments.add(in.readString());
      }
      return new ProfileNode(id, createdAt, merges, identifiers, segments);
    }
  }
}
