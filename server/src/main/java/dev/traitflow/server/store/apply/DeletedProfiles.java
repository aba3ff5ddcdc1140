package dev.traitflow.server.store.apply;

import dev.traitflow.server.store.rows.RowStore;
import dev.traitflow.server.store.rows.StoreKey;
import dev.traitflow.server.store.rows.Table;
import dev.traitflow.server.store.rows.Tables;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The ids of deleted profiles. Topics are followed side by side, so that a record of such a profile
 * may come after its deletion: it is told by its id, which is never given again. The ids are all
 * that is kept; they lie on the heap too, some bytes for each deletion.
 */
final class DeletedProfiles {
  private static final byte[] NOTHING = new byte[0];

  /** Tables whose rows begin with space and profile. */
  private static final List<Table> TABLES =
      List.of(
          Table.EVENTS,
          Table.TRAITS,
          Table.STAGED,
          Table.PROFILE_IDENTIFIERS,
          Table.POINTERS,
          Table.ABSORBED);

  private final RowStore rows;
  private final WriteBatch batch;
  private final Set<Id> ids = new HashSet<>();

  private record Id(String space, String profile) {}

  DeletedProfiles(RowStore rows, WriteBatch batch) {
    this.rows = rows;
    this.batch = batch;
    try (RowStore.Picture picture = rows.picture()) {
      picture.scan(
          Table.DELETED.prefix(),
          (row, value) -> {
            StoreKey.Reader fields = new StoreKey.Reader(row);
            ids.add(new Id(fields.text(), fields.text()));
            return true;
          });
    }
  }

  boolean contains(String space, String profile) {
    return !ids.isEmpty() && ids.contains(new Id(space, profile));
  }

  /**
   * Deletes every row of the profile but those of insights, which {@link InsightRows#forget} does.
   * What is pending must be written before.
   */
  void add(String space, String profile) throws RocksDBException {
    ids.add(new Id(space, profile));
    batch.put(Tables.Deleted.key(space, profile), NOTHING);
    List<byte[]> gone = new ArrayList<>();
    try (RowStore.Picture picture = rows.picture()) {
      for (Table table : TABLES) {
        picture.scan(
            StoreKey.of(table).text(space).text(profile).bytes(),
            (row, value) -> {
              gone.add(row);
              return true;
            });
      }
      picture.scan(
          Tables.Pairs.linksOf(space, profile),
          (row, value) -> {
            gone.add(row);
            gone.add(Tables.Pairs.link(space, Tables.Pairs.second(row), profile));
            return true;
          });
    }
    for (byte[] row : gone) {
      batch.delete(row);
    }
  }
}
