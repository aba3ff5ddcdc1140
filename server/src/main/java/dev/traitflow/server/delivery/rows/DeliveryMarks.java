package dev.traitflow.server.delivery.rows;

import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.server.store.rows.RowStore;
import dev.traitflow.server.store.rows.StoredTrait;
import dev.traitflow.server.store.rows.Tables;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Adds {@link DeliveryMark}s to the batch that holds the change itself and the offset of its
 * record: so a crash neither loses a mark nor makes one twice. One thread, that of the applier.
 */
public final class DeliveryMarks {
  private final RowStore rows;
  private final WriteBatch batch;
  private final Set<DeliveryMark> inBatch = new HashSet<>();
  private final AtomicLong next;
  private volatile Subscriptions subscriptions = Subscriptions.NONE;

  /**
   * Prepares marks.
   *
   * @param next the number of the next mark, greater than any in the rows
   */
  public DeliveryMarks(RowStore rows, WriteBatch batch, AtomicLong next) {
    this.rows = rows;
    this.batch = batch;
    this.next = next;
  }

  /** From now on only what is wanted is marked. */
  public void watch(Subscriptions wanted) {
    subscriptions = wanted;
  }

  /** A value readers see is being set; it is marked if it differs from the one in the rows. */
  public void valueSet(String space, String profile, TraitValue value) throws RocksDBException {
    if (!subscriptions.wants(space, value.key())) {
      return;
    }
    DeliveryMark mark = new DeliveryMark(space, profile, value.key(), "");
    if (!inBatch.contains(mark)) {
      byte[] stored = rows.get(Tables.Traits.key(space, profile, value.key()));
      byte[] before = stored == null ? null : StoredTrait.decode(value.key(), stored).json();
      if (!Arrays.equals(before, (byte @Nullable []) value.json())) {
        add(mark);
      }
    }
  }

  /** A profile got an identifier. */
  public void identified(String space, String profile) throws RocksDBException {
    if (subscriptions.wants(space)) {
      add(new DeliveryMark(space, profile, "", ""));
    }
  }

  /** A profile absorbed another, and with it its identifiers. */
  public void absorbed(String space, String survivor, String loser) throws RocksDBException {
    if (subscriptions.wants(space)) {
      add(new DeliveryMark(space, survivor, "", loser));
    }
  }

  /** The batch was written: the same may be marked again. */
  public void written() {
    inBatch.clear();
  }

  private void add(DeliveryMark mark) throws RocksDBException {
    if (inBatch.add(mark)) {
      batch.put(DeliveryTables.Marks.key(next.getAndIncrement()), DeliveryMark.CODEC.encode(mark));
    }
  }
}
