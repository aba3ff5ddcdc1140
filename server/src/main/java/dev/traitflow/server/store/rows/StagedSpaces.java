package dev.traitflow.server.store.rows;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.rocksdb.RocksIterator;

/**
 * The spaces that have, or soon will have, rows of staged values: reads of the others need not look
 * for any. Thread-safe; a space stays in it until the next start.
 */
public final class StagedSpaces {
  private final Set<String> spaces = ConcurrentHashMap.newKeySet();

  /** Looks for them; a few seeks. */
  public StagedSpaces(RowStore rows) {
    byte[] table = Table.STAGED.prefix();
    try (RowStore.Picture picture = rows.picture();
        RocksIterator found = picture.iterator()) {
      found.seek(table);
      while (found.isValid() && RowStore.startsWith(found.key(), table)) {
        String space = Tables.Staged.space(found.key());
        spaces.add(space);
        found.seek(StoreKey.after(Tables.Staged.ofSpace(space)));
      }
    }
  }

  /** A row is about to be written. */
  public void add(String space) {
    spaces.add(space);
  }

  /** True if the space may have such rows. */
  public boolean has(String space) {
    return spaces.contains(space);
  }
}
