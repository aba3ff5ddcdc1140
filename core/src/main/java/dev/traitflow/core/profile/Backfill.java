package dev.traitflow.core.profile;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import java.util.BitSet;

/**
 * How far the traits that are new to a profile have read its history. Every event up to the cursor
 * is in them, also those that came since; later ones are read when the cursor comes to them.
 *
 * @param slots the traits that are being built
 * @param cursor timestamp of the newest event read, epoch milliseconds; -1 at the beginning
 */
record Backfill(BitSet slots, long cursor) {

  /** Nothing is being built. */
  static final Backfill NONE = new Backfill(new BitSet(), Long.MAX_VALUE);

  /** Builds these slots from the first event on. */
  static Backfill begin(BitSet slots) {
    return slots.isEmpty() ? NONE : new Backfill(slots, -1);
  }

  /** The same slots, further on. */
  Backfill at(long timestamp) {
    return new Backfill(slots, timestamp);
  }

  /** True if nothing is left to read. */
  boolean isDone() {
    return slots.isEmpty();
  }

  /** True if the trait in the slot is being built. */
  boolean builds(int slot) {
    return slots.get(slot);
  }

  /** True if the trait in the slot has not come to an event of this timestamp. */
  boolean isAhead(int slot, long timestamp) {
    return slots.get(slot) && timestamp > cursor;
  }

  void write(ByteWriter out) {
    writeSlots(out, slots);
    if (!slots.isEmpty()) {
      out.writeLong(cursor);
    }
  }

  static Backfill read(ByteReader in) {
    BitSet slots = readSlots(in);
    return slots.isEmpty() ? NONE : new Backfill(slots, in.readLong());
  }

  /** Writes slots as their number and the steps between them: few of many. */
  static void writeSlots(ByteWriter out, BitSet slots) {
    out.writeInt(slots.cardinality());
    int before = 0;
    for (int slot = slots.nextSetBit(0); slot >= 0; slot = slots.nextSetBit(slot + 1)) {
      out.writeInt(slot - before);
      before = slot;
    }
  }

  static BitSet readSlots(ByteReader in) {
    BitSet slots = new BitSet();
    int slot = 0;
    for (int left = in.readInt(); left > 0; left--) {
      slot += in.readInt();
      slots.set(slot);
    }
    return slots;
  }
}
