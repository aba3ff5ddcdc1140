package dev.traitflow.core.identity;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * A canonical profile as the graph knows it. Bounded by the limits on merges and mappings.
 *
 * @param id canonical id
 * @param createdAt timestamp of the event that created it, epoch milliseconds; the smallest of the
 *     merged ones
 * @param merges ids of the merges in it, those of absorbed profiles included, in order
 * @param identifiers its identifiers, oldest knowledge first
 * @param segments every id that resolves to it, its own included; each is a history of its own
 * @param shares what else of its history lies with other ids since an unmerge
 * @param apart the unmerges it is a side of
 */
public record ProfileNode(
    String id,
    long createdAt,
    List<String> merges,
    List<Mapping> identifiers,
    List<String> segments,
    List<Share> shares,
    List<KeptApart> apart) {

  /** Version 2; nodes of version 1 did not say which merges are in them, they are refused. */
  public static final Codec<ProfileNode> CODEC = new ProfileNodeCodec();

  public ProfileNode {
    merges = List.copyOf(merges);
    identifiers = List.copyOf(identifiers);
    segments = List.copyOf(segments);
    shares = List.copyOf(shares);
    apart = List.copyOf(apart);
  }

  /** A profile that begins. */
  static ProfileNode created(String id, long createdAt) {
    return new ProfileNode(id, createdAt, List.of(), List.of(), List.of(id), List.of(), List.of());
  }

  /** Where its events lie: one part for each id, and the shares. */
  public List<Share> parts() {
    List<Share> parts = new ArrayList<>(segments.size() + shares.size());
    segments.forEach(segment -> parts.add(new Share(segment, segment)));
    parts.addAll(shares);
    return parts;
  }

  /** True if it must not become one with the other. */
  boolean isKeptApartFrom(ProfileNode other) {
    return apart.stream().anyMatch(mine -> other.apart.stream().anyMatch(mine::opposes));
  }

  /** This profile, free to become one with the other again. */
  ProfileNode reconciledWith(ProfileNode other) {
    List<KeptApart> left =
        apart.stream().filter(mine -> other.apart.stream().noneMatch(mine::opposes)).toList();
    return new ProfileNode(id, createdAt, merges, identifiers, segments, shares, left);
  }

  /** This profile with more identifiers. */
  ProfileNode with(List<Mapping> added) {
    return with(identifiers, added);
  }

  /** This profile without an identifier. */
  ProfileNode without(Identifier identifier) {
    List<Mapping> left =
        identifiers.stream().filter(each -> !each.identifier().equals(identifier)).toList();
    return with(left, List.of());
  }

  private ProfileNode with(List<Mapping> left, List<Mapping> added) {
    return new ProfileNode(
        id, createdAt, merges, concatenate(left, added), segments, shares, apart);
  }

  /** This profile with its first identifiers, those that take no more bytes than that. */
  ProfileNode within(int bytesMax) {
    int bytes = 0;
    for (int i = 0; i < identifiers.size(); i++) {
      bytes += identifiers.get(i).bytes();
      if (bytes > bytesMax) {
        return with(identifiers.subList(0, i), List.of());
      }
    }
    return this;
  }

  /** This profile after it absorbed {@code loser} in the merge of that id. */
  ProfileNode absorbing(ProfileNode loser, String merge) {
    return new ProfileNode(
        id,
        Math.min(createdAt, loser.createdAt),
        concatenate(concatenate(merges, loser.merges), List.of(merge)),
        concatenate(identifiers, loser.identifiers),
        concatenate(segments, loser.segments),
        concatenate(shares, loser.shares),
        concatenate(apart, loser.apart));
  }

  private static <T> List<T> concatenate(List<T> left, List<T> right) {
    if (right.isEmpty()) {
      return left;
    }
    List<T> all = new ArrayList<>(left.size() + right.size());
    all.addAll(left);
    all.addAll(right);
    return all;
  }

  private static final class ProfileNodeCodec implements Codec<ProfileNode> {
    private static final int VERSION_2 = 2;

    @Override
    public byte[] encode(ProfileNode node) {
      ByteWriter out =
          new ByteWriter(64 + 96 * node.identifiers.size() + 28 * node.segments.size())
              .writeByte(VERSION_2)
              .writeString(node.id)
              .writeLong(node.createdAt);
      write(out, node.merges, ByteWriter::writeString);
      write(
          out,
          node.identifiers,
          (to, mapping) -> {
            mapping.identifier().write(to);
            to.writeLong(mapping.createdAt() - node.createdAt)
                .writeString(mapping.firstMessageId())
                .writeString(mapping.source());
          });
      write(out, node.segments, ByteWriter::writeString);
      write(
          out, node.shares, (to, each) -> to.writeString(each.history()).writeString(each.owner()));
      write(
          out,
          node.apart,
          (to, each) -> to.writeString(each.split()).writeBoolean(each.splitSide()));
      return out.toBytes();
    }

    @Override
    public ProfileNode decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.requireVersion(VERSION_2, "profile node");
      String id = in.readString();
      long createdAt = in.readLong();
      return new ProfileNode(
          id,
          createdAt,
          read(in, ByteReader::readString),
          read(
              in,
              from ->
                  new Mapping(
                      Identifier.read(from),
                      createdAt + from.readLong(),
                      from.readString(),
                      from.readString())),
          read(in, ByteReader::readString),
          read(in, from -> new Share(from.readString(), from.readString())),
          read(in, from -> new KeptApart(from.readString(), from.readBoolean())));
    }

    private static <T> void write(ByteWriter out, List<T> all, BiConsumer<ByteWriter, T> write) {
      out.writeInt(all.size());
      all.forEach(each -> write.accept(out, each));
    }

    private static <T> List<T> read(ByteReader in, Function<ByteReader, T> read) {
      int count = in.readInt();
      List<T> all = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        all.add(read.apply(in));
      }
      return all;
    }
  }
}
