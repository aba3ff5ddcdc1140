package dev.traitflow.server.store.apply;

import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.core.topic.ProfileChange;
import dev.traitflow.server.delivery.rows.DeliveryMarks;
import dev.traitflow.server.store.rows.Pointer;
import dev.traitflow.server.store.rows.RowStore;
import dev.traitflow.server.store.rows.StoredTrait;
import dev.traitflow.server.store.rows.Tables;
import java.nio.charset.StandardCharsets;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Hands on that a profile merged away was ever a member of an audience: a survivor that never was
 * one reads false from then on.
 *
 * <p>It is done here because the fold of the survivor gets the loser's events and not its state,
 * while here the values of both lie side by side.
 */
final class MembershipCarry {
  private static final byte[] FALSE = "false".getBytes(StandardCharsets.UTF_8);

  private final RowStore rows;
  private final WriteBatch batch;
  private final DeliveryMarks marks;

  MembershipCarry(RowStore rows, WriteBatch batch, DeliveryMarks marks) {
    this.marks = marks;
    this.rows = rows;
    this.batch = batch;
  }

  /** True if the value of a profile is a membership that belongs to its survivor. */
  boolean concerns(String space, String profile, TraitValue value) {
    return value.traitClass() == TraitClass.AUDIENCE
        && rows.get(Tables.Pointers.key(space, profile)) != null;
  }

  /**
   * Carries a value to {@code heir}, or whoever survived that; nothing happens if it is no
   * membership, or if the survivor has a value of its own. What is pending must be written before.
   */
  void carry(ProfileChange change, String heir, TraitValue value) throws RocksDBException {
    if (value.traitClass() != TraitClass.AUDIENCE || value.json() == null) {
      return;
    }
    String space = change.space();
    String survivor = heir;
    byte[] pointer = rows.get(Tables.Pointers.key(space, survivor));
    while (pointer != null) {
      survivor = Pointer.survivor(pointer);
      pointer = rows.get(Tables.Pointers.key(space, survivor));
    }
    byte[] key = Tables.Traits.key(space, survivor, value.key());
    if (rows.get(key) == null) {
      TraitValue left =
          new TraitValue(
              value.key(), TraitClass.AUDIENCE, FALSE, value.version(), change.asOf(), "");
      marks.valueSet(space, survivor, left);
      batch.put(key, StoredTrait.encode(left, FALSE, change.attempt(), change.asOf()));
    }
  }
}
