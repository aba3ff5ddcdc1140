package dev.traitflow.core.identity;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import java.util.List;

/**
 * How the events kept under one id are divided when an unmerge makes two profiles of one: the
 * instruction that the identity stage gives to each history of the profile.
 *
 * @param owner which events of the history are divided: those that name this id as their profile
 * @param before id of the profile before the unmerge, whose fold the events leave
 * @param splitByDefault which side gets an event that carried identifiers of neither side: true for
 *     the side that is split off
 * @param rule the identifiers of the two sides
 */
public record HistorySplit(String owner, String before, boolean splitByDefault, SplitRule rule) {

  /** Version 1: the first format. */
  public static final Codec<HistorySplit> CODEC = new HistorySplitCodec();

  /**
   * True if an event with these identifiers goes to the side that is split off.
   *
   * @param identifiers in extraction order, see {@link SplitRule#isSplit}
   */
  public boolean isSplit(List<Identifier> identifiers) {
    return rule.isSplit(identifiers).orElse(splitByDefault);
  }

  private static final class HistorySplitCodec implements Codec<HistorySplit> {
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(HistorySplit split) {
      return new ByteWriter()
          .writeByte(VERSION_1)
          .writeString(split.owner)
          .writeString(split.before)
          .writeBoolean(split.splitByDefault)
          .writeBytes(SplitRule.CODEC.encode(split.rule))
          .toBytes();
    }

    @Override
    public HistorySplit decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "history split");
      return new HistorySplit(
          in.readString(),
          in.readString(),
          in.readBoolean(),
          SplitRule.CODEC.decode(in.readBytes()));
    }
  }
}
