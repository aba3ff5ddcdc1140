package dev.traitflow.server.store;

import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.profile.IdentityChange;
import dev.traitflow.core.profile.IdentityChange.Mapped;
import java.util.HashMap;
import java.util.Map;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Whose each identifier is: a row by identifier, and one by the profile that got it. Of the records
 * of one identifier the highest sequence wins. One thread.
 */
final class IdentifierRows {
  private final RowStore rows;
  private final WriteBatch batch;
  private final DeliveryMarks marks;
  private final Map<StoredKey, StoredIdentifier> inBatch = new HashMap<>();

  private record StoredKey(String space, Identifier identifier) {}

  IdentifierRows(RowStore rows, WriteBatch batch, DeliveryMarks marks) {
    this.rows = rows;
    this.batch = batch;
    this.marks = marks;
  }

  /** The batch was written. */
  void written() {
    inBatch.clear();
  }

  /**
   * Takes an identifier from its profile; what is pending must be written before. The row by
   * profile lies with the id that the profile had when it got the identifier.
   */
  void unmap(IdentityChange change, Identifier identifier) throws RocksDBException {
    byte[] key = RecordApplier.identifierKey(change.space(), identifier);
    byte[] row = rows.get(key);
    StoredIdentifier known = row == null ? null : StoredIdentifier.CODEC.decode(row);
    if (known != null && known.sequence() < change.sequence()) {
      batch.delete(key);
      batch.delete(RecordApplier.profileIdentifierKey(change.space(), known.profile(), identifier));
    }
  }

  /** Gives an identifier to a profile, unless a later record did already. */
  void map(IdentityChange change, Mapped mapped) throws RocksDBException {
    Identifier identifier = mapped.identifier();
    StoredKey place = new StoredKey(change.space(), identifier);
    byte[] key = RecordApplier.identifierKey(change.space(), identifier);
    StoredIdentifier known = inBatch.get(place);
    if (known == null) {
      byte[] stored = rows.get(key);
      known = stored == null ? null : StoredIdentifier.CODEC.decode(stored);
    }
    if (known != null && known.sequence() > change.sequence()) {
      return;
    }
    if (known != null && !known.profile().equals(mapped.profile())) {
      batch.delete(RecordApplier.profileIdentifierKey(change.space(), known.profile(), identifier));
    }
    StoredIdentifier next =
        new StoredIdentifier(
            identifier,
            mapped.profile(),
            change.sequence(),
            mapped.createdAt(),
            mapped.firstMessageId(),
            mapped.source());
    if (known == null || !known.profile().equals(mapped.profile())) {
      marks.identified(change.space(), mapped.profile());
    }
    byte[] row = StoredIdentifier.CODEC.encode(next);
    batch.put(key, row);
    batch.put(
        RecordApplier.profileIdentifierKey(change.space(), mapped.profile(), identifier), row);
    inBatch.put(place, next);
  }
}
