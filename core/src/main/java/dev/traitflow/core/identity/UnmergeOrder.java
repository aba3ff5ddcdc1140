package dev.traitflow.core.identity;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.event.LogRecord;
import java.util.List;

/**
 * An operator takes a merge back.
 *
 * @param merge id of the merge
 * @param identifiers what goes to the side that is split off; empty for the identifiers that the
 *     losing profile had before the merge
 * @param cascade whether later merges that depended on this one are taken back with it
 */
public record UnmergeOrder(String merge, List<Identifier> identifiers, boolean cascade) {

  /** Version 1: the first format. */
  public static final Codec<UnmergeOrder> CODEC = new UnmergeOrderCodec();

  public UnmergeOrder {
    identifiers = List.copyOf(identifiers);
  }

  /**
   * The order as a record of the log of {@code space}.
   *
   * @param at the clock, epoch milliseconds; 0 when the log itself stamps it
   */
  public LogRecord inLog(String space, long at) {
    return new LogRecord(LogRecord.Kind.UNMERGE, space, at, "", "", 0, "", "", CODEC.encode(this));
  }

  private static final class UnmergeOrderCodec implements Codec<UnmergeOrder> {
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(UnmergeOrder order) {
      ByteWriter out = new ByteWriter().writeByte(VERSION_1).writeString(order.merge);
      Identifier.writeAll(out, order.identifiers);
      return out.writeBoolean(order.cascade).toBytes();
    }

    @Override
    public UnmergeOrder decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "unmerge order");
      return new UnmergeOrder(in.readString(), Identifier.readAll(in), in.readBoolean());
    }
  }
}
