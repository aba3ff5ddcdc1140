package dev.traitflow.server.store.apply;

import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.topic.IdentityChange;
import dev.traitflow.core.topic.IdentityChange.Mapped;
import dev.traitflow.core.topic.IdentityChange.Unmapped;
import dev.traitflow.server.delivery.rows.DeliveryMarks;
import dev.traitflow.server.store.rows.RowStore;
import dev.traitflow.server.store.rows.StoredIdentifier;
import dev.traitflow.server.store.rows.Tables;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
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
  private final InsightRows insights;
  private final Set<StoredProfile> newInBatch = new HashSet<>();
  private final Map<StoredKey, StoredIdentifier> inBatch = new HashMap<>();

  private record StoredProfile(String space, String profile) {}

  private record StoredKey(String space, Identifier identifier) {}

  IdentifierRows(RowStore rows, WriteBatch batch, DeliveryMarks marks, InsightRows insights) {
    this.insights = insights;
    this.rows = rows;
    this.batch = batch;
    this.marks = marks;
  }

  /** The batch was written. */
  void written() {
    inBatch.clear();
    newInBatch.clear();
  }

  /**
   * Takes an identifier from its profile; what is pending must be written before. The row by
   * profile lies with the id that the profile had when it got the identifier.
   */
  void unmap(IdentityChange change, Unmapped unmapped) throws RocksDBException {
    Identifier identifier = unmapped.identifier();
    if (unmapped.deleted()) {
      insights.forget(change.space(), identifier, change.sequence());
    }
    byte[] key = Tables.Identifiers.key(change.space(), identifier);
    byte[] row = rows.get(key);
    StoredIdentifier known = row == null ? null : StoredIdentifier.CODEC.decode(row);
    if (known != null && known.sequence() < change.sequence()) {
      batch.delete(key);
      batch.delete(Tables.ProfileIdentifiers.key(change.space(), known.profile(), identifier));
      if (!unmapped.deleted()) {
        insights.unmapped(change, unmapped, known.profile());
      }
    }
  }

  /** Gives an identifier to a profile, unless a later record did already. */
  void map(IdentityChange change, Mapped mapped) throws RocksDBException {
    Identifier identifier = mapped.identifier();
    StoredKey place = new StoredKey(change.space(), identifier);
    byte[] key = Tables.Identifiers.key(change.space(), identifier);
    StoredIdentifier known = inBatch.get(place);
    if (known == null) {
      byte[] stored = rows.get(key);
      known = stored == null ? null : StoredIdentifier.CODEC.decode(stored);
    }
    if (known != null && known.sequence() > change.sequence()) {
      return;
    }
    if (known != null && !known.profile().equals(mapped.profile())) {
      batch.delete(Tables.ProfileIdentifiers.key(change.space(), known.profile(), identifier));
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
    if (known == null) {
      insights.mapped(change, mapped, isFirst(change.space(), mapped.profile()));
    }
    byte[] row = StoredIdentifier.CODEC.encode(next);
    batch.put(key, row);
    batch.put(Tables.ProfileIdentifiers.key(change.space(), mapped.profile(), identifier), row);
    inBatch.put(place, next);
  }

  /** True for the first identifier that a profile gets. */
  private boolean isFirst(String space, String profile) {
    if (!newInBatch.add(new StoredProfile(space, profile))) {
      return false;
    }
    boolean[] first = {true};
    try (RowStore.Picture picture = rows.picture()) {
      picture.scan(
          Tables.ProfileIdentifiers.ofProfile(space, profile),
          (row, value) -> {
            first[0] = false;
            return false;
          });
    }
    return first[0];
  }
}
