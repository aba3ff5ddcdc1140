package dev.traitflow.core.identity;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import java.util.List;

/**
 * Two profiles became one. Kept as long as the profile lives, so that the merge can be explained
 * and taken back.
 *
 * @param id names the merge in its space
 * @param sequence offset in the log of what caused it
 * @param survivor canonical id from then on
 * @param loser the profile merged away, as it was: all its ids are to point to the survivor
 * @param survivorEvidence the identifiers of the event that were the survivor's
 * @param loserEvidence the identifiers of the event that were the loser's
 * @param messageId the event's messageId; empty if an operator ordered the merge
 */
public record Merge(
    String id,
    long sequence,
    String survivor,
    ProfileNode loser,
    List<Identifier> survivorEvidence,
    List<Identifier> loserEvidence,
    String messageId) {

  /** Version 1: the first format. */
  public static final Codec<Merge> CODEC = new MergeCodec();

  public Merge {
    survivorEvidence = List.copyOf(survivorEvidence);
    loserEvidence = List.copyOf(loserEvidence);
  }

  /** This merge, each list of identifiers in it cut where it would take more bytes than that. */
  Merge within(int bytesMax) {
    ProfileNode known = loser.within(bytesMax);
    List<Identifier> survivors = Identifier.within(survivorEvidence, bytesMax);
    List<Identifier> losers = Identifier.within(loserEvidence, bytesMax);
    return new Merge(id, sequence, survivor, known, survivors, losers, messageId);
  }

  private static final class MergeCodec implements Codec<Merge> {
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(Merge merge) {
      ByteWriter out =
          new ByteWriter(256)
              .writeByte(VERSION_1)
              .writeString(merge.id)
              .writeLong(merge.sequence)
              .writeString(merge.survivor)
              .writeBytes(ProfileNode.CODEC.encode(merge.loser));
      Identifier.writeAll(out, merge.survivorEvidence);
      Identifier.writeAll(out, merge.loserEvidence);
      return out.writeString(merge.messageId).toBytes();
    }

    @Override
    public Merge decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "merge");
      return new Merge(
          in.readString(),
          in.readLong(),
          in.readString(),
          ProfileNode.CODEC.decode(in.readBytes()),
          Identifier.readAll(in),
          Identifier.readAll(in),
          in.readString());
    }
  }
}
