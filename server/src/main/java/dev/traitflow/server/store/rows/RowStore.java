package dev.traitflow.server.store.rows;

import dev.traitflow.server.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One RocksDB with one column family.
 *
 * <p>One family and a write-ahead log without fsync: after a kill every batch is there whole or not
 * at all, and with it the offsets that say what it holds. After a loss of power the newest batches
 * may be missing, and are then read again from Kafka.
 *
 * <p>RocksDB frees native memory when it is closed, even under a thread that still reads, and that
 * ends the process. So every reader and writer is counted in and out; closing turns new ones away
 * and waits for those that are there.
 */
public final class RowStore implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RowStore.class);

  private static final String DIRECTORY = "store";
  private static final long CACHE_BYTES = 64L << 20;
  private static final long MEMTABLE_BYTES = 32L << 20;
  private static final long LOG_BYTES_MAX = 256L << 20;
  private static final long USERS_PATIENCE_NANOS = 5_000_000_000L;

  private final Cache cache;
  private final BloomFilter bloom;
  private final Options options;
  private final WriteOptions writeOptions;
  private final RocksDB db;
  private int users;
  private boolean closed;

  static {
    RocksDB.loadLibrary();
  }

  private RowStore(Path directory, boolean readOnly) throws RocksDBException {
    cache = new LRUCache(CACHE_BYTES);
    bloom = new BloomFilter(10);
    options =
        new Options()
            .setCreateIfMissing(!readOnly)
            .setWriteBufferSize(MEMTABLE_BYTES)
            .setMaxWriteBufferNumber(3)
            .setMaxTotalWalSize(LOG_BYTES_MAX)
            .setMaxOpenFiles(500)
            .setKeepLogFileNum(2)
            .setCompressionType(CompressionType.LZ4_COMPRESSION)
            .setTableFormatConfig(
                new BlockBasedTableConfig()
                    .setBlockCache(cache)
                    .setFilterPolicy(bloom)
                    .setBlockSize(16 << 10));
    writeOptions = new WriteOptions();
    db =
        readOnly
            ? RocksDB.openReadOnly(options, directory.toString())
            : RocksDB.open(options, directory.toString());
  }

  /** Where the rows of an instance lie in its data directory. */
  public static Path in(Path dataDirectory) {
    return dataDirectory.resolve(DIRECTORY);
  }

  /** Opens the rows in {@code directory}; a read-only one sees what was written before. */
  public static RowStore open(Path directory, boolean readOnly) throws IOException {
    if (!readOnly) {
      PrivateFiles.createDirectories(directory);
    }
    try {
      return new RowStore(directory, readOnly);
    } catch (RocksDBException failure) {
      throw new IOException("store " + directory + ": cannot be opened", failure);
    }
  }

  /** Writes a batch: all of it or nothing. */
  public void write(WriteBatch batch) {
    enter();
    try {
      db.write(writeOptions, batch);
    } catch (RocksDBException failure) {
      throw new IllegalStateException("store: a batch could not be written", failure);
    } finally {
      leave();
    }
  }

  /** The newest value of a key, null if there is none. */
  public byte @Nullable [] get(byte[] key) {
    enter();
    try {
      return db.get(key);
    } catch (RocksDBException failure) {
      throw new IllegalStateException("store: a key could not be read", failure);
    } finally {
      leave();
    }
  }

  /**
   * A picture of the rows as they are now. To be closed soon: it holds back compaction, and the end
   * of the store.
   */
  public Picture picture() {
    enter();
    return new Picture();
  }

  private synchronized void enter() {
    if (closed) {
      throw new IllegalStateException("store: is closed");
    }
    users++;
  }

  private synchronized void leave() {
    users--;
    notifyAll();
  }

  /** Turns new users away; true if the last one has left, false if there is one all the time. */
  private synchronized boolean awaitUsers() {
    closed = true;
    long deadline = System.nanoTime() + USERS_PATIENCE_NANOS;
    while (users > 0) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  /**
   * Closes the store behind its last user. One that does not leave in time keeps it open until the
   * process ends: everything written is in the write-ahead log.
   */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
    }
    if (!awaitUsers()) {
      LOG.warn("the store stays open until the process ends, since it is still read after 5 s");
      return;
    }
    db.close();
    writeOptions.close();
    options.close();
    bloom.close();
    cache.close();
  }

  /** The rows at one instant: several reads that fit together. */
  public final class Picture implements AutoCloseable {
    private final @Nullable Snapshot snapshot = db.getSnapshot();
    private final ReadOptions readOptions = new ReadOptions();
    private boolean left;

    private Picture() {
      if (snapshot != null) {
        readOptions.setSnapshot(snapshot);
      }
    }

    /** The value of a key, null if there is none. */
    public byte @Nullable [] get(byte[] key) {
      try {
        return db.get(readOptions, key);
      } catch (RocksDBException failure) {
        throw new IllegalStateException("store: a key could not be read", failure);
      }
    }

    /** An iterator over everything; the caller closes it. */
    public RocksIterator iterator() {
      return db.newIterator(readOptions);
    }

    /** Visits the rows whose keys begin with {@code prefix}, in order, until one answers false. */
    public void scan(byte[] prefix, BiPredicate<byte[], byte[]> visitor) {
      scan(prefix, prefix, visitor);
    }

    /** As {@link #scan(byte[], BiPredicate)}, from a key that begins with the prefix on. */
    public void scan(byte[] prefix, byte[] from, BiPredicate<byte[], byte[]> visitor) {
      try (RocksIterator rows = iterator()) {
        rows.seek(from);
        while (rows.isValid()) {
          // Each look at an iterator copies: the key is taken once.
          byte[] key = rows.key();
          if (!startsWith(key, prefix) || !visitor.test(key, rows.value())) {
            return;
          }
          rows.next();
        }
      }
    }

    /** Lets the store go; iterators are closed before. A second call does nothing. */
    @Override
    public void close() {
      if (left) {
        return;
      }
      left = true;
      readOptions.close();
      if (snapshot != null) {
        db.releaseSnapshot(snapshot);
      }
      leave();
    }
  }

  /** True if the key begins with the prefix. */
  public static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }
}
