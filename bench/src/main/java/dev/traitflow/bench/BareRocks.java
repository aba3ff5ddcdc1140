package dev.traitflow.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.AbstractImmutableNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/**
 * A RocksDB without Flink around it, given the memory, the bloom filters and the switched-off log
 * that Flink gives our state.
 */
final class BareRocks implements AutoCloseable {
  private static final long FLUSH_NANOS = 10_000_000_000L;

  private final List<AbstractImmutableNativeReference> natives = new ArrayList<>();
  private final List<ColumnFamilyHandle> families = new ArrayList<>();
  private final RocksDB database;
  private final WriteOptions unlogged = keep(new WriteOptions().setDisableWAL(true));
  private final FlushOptions waiting = keep(new FlushOptions().setWaitForFlush(true));
  private long flushAt = System.nanoTime() + FLUSH_NANOS;

  private BareRocks(Path place, long budget, List<String> names) throws RocksDBException {
    LRUCache cache = keep(new LRUCache(budget * 5 / 6));
    WriteBufferManager buffers = keep(new WriteBufferManager(budget / 3, cache));
    BloomFilter bloom = keep(new BloomFilter(10, false));
    DBOptions options =
        keep(
            new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setWriteBufferManager(buffers));
    ColumnFamilyOptions columns =
        keep(
            new ColumnFamilyOptions()
                .setMergeOperatorName("stringappendtest")
                .setTableFormatConfig(
                    new BlockBasedTableConfig().setBlockCache(cache).setFilterPolicy(bloom)));
    List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
    descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, columns));
    for (String name : names) {
      descriptors.add(new ColumnFamilyDescriptor(name.getBytes(StandardCharsets.UTF_8), columns));
    }
    database = RocksDB.open(options, place.toString(), descriptors, families);
  }

  /**
   * Opens an empty database.
   *
   * @param place its folder, which is made
   * @param budget bytes for its cache and write buffers
   * @param families what is kept apart, each with a number from 0
   */
  static BareRocks open(Path place, long budget, String... families)
      throws IOException, RocksDBException {
    RocksDB.loadLibrary();
    Files.createDirectories(place);
    return new BareRocks(place, budget, List.of(families));
  }

  byte[] get(int family, byte[] key) throws RocksDBException {
    return database.get(handle(family), key);
  }

  void put(int family, byte[] key, byte[] value) throws RocksDBException {
    database.put(handle(family), unlogged, key, value);
  }

  /** Appends to a list, as Flink's list state does. */
  void append(int family, byte[] key, byte[] value) throws RocksDBException {
    database.merge(handle(family), unlogged, key, value);
  }

  /** Brings everything to disk if that was not done for 10 s: Flink's checkpoints do. */
  void flushIfDue() throws RocksDBException {
    if (System.nanoTime() >= flushAt) {
      flush();
      flushAt = System.nanoTime() + FLUSH_NANOS;
    }
  }

  /** Brings everything to disk. */
  void flush() throws RocksDBException {
    database.flush(waiting, families.subList(1, families.size()));
  }

  private ColumnFamilyHandle handle(int family) {
    return families.get(family + 1);
  }

  private <T extends AbstractImmutableNativeReference> T keep(T made) {
    natives.add(made);
    return made;
  }

  @Override
  public void close() {
    families.forEach(ColumnFamilyHandle::close);
    database.close();
    for (int i = natives.size() - 1; i >= 0; i--) {
      natives.get(i).close();
    }
  }
}
