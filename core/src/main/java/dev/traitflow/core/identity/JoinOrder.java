package dev.traitflow.core.identity;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.codec.Codec;
import dev.traitflow.core.event.LogRecord;
import java.util.List;

/**
 * An operator makes profiles one, also those that an unmerge keeps apart.
 *
 * @param identifiers one of each profile, or more
 */
public record JoinOrder(List<Identifier> identifiers) {

  /** Version 1: the first format. */
  public static final Codec<JoinOrder> CODEC = new JoinOrderCodec();

  public JoinOrder {
    identifiers = List.copyOf(identifiers);
  }

  /**
   * The order as a record of the log of {@code space}.
   *
   * @param at the clock, epoch milliseconds; 0 when the log itself stamps it
   */
  public LogRecord inLog(String space, long at) {
    return new LogRecord(LogRecord.Kind.JOIN, space, at, "", "", 0, "", "", CODEC.encode(this));
  }

  private static final class JoinOrderCodec implements Codec<JoinOrder> {
    private static final int VERSION_1 = 1;

    @Override
    public byte[] encode(JoinOrder order) {
      ByteWriter out = new ByteWriter().writeByte(VERSION_1);
      Identifier.writeAll(out, order.identifiers);
      return out.toBytes();
    }

    @Override
    public JoinOrder decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      in.readVersion(VERSION_1, "join order");
      return new JoinOrder(Identifier.readAll(in));
    }
  }
}
