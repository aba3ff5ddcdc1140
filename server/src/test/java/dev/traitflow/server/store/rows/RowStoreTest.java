package dev.traitflow.server.store.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/** A store that is closed while others work in it; what goes wrong here ends the JVM. */
class RowStoreTest {
  private static final int ROWS = 2_000;
  private static final int READERS = 4;

  @Test
  void closingWaitsForWhoStillReads(@TempDir Path folder) throws Exception {
    RowStore store = filled(folder);
    RowStore.Picture picture = store.picture();
    CompletableFuture<Void> closing;
    try (picture;
        RocksIterator rows = picture.iterator()) {
      closing = CompletableFuture.runAsync(store::close);
      awaitClosed(store);
      int seen = 0;
      for (rows.seekToFirst(); rows.isValid(); rows.next()) {
        seen += rows.value().length;
      }
      assertThat(seen).isEqualTo(ROWS);
      assertThat(picture.get(key(7))).hasSize(1);
      assertThat(closing.isDone()).isFalse();
    }
    closing.get(1, TimeUnit.MINUTES);
    picture.close();
    store.close();
    assertThatThrownBy(() -> store.get(key(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("store: is closed");
  }

  @Test
  void readersAndWritersOfAClosedStoreAreTurnedAway(@TempDir Path folder) throws Exception {
    for (int round = 0; round < 5; round++) {
      RowStore store = filled(folder.resolve("round-" + round));
      CountDownLatch reading = new CountDownLatch(READERS);
      List<CompletableFuture<String>> readers = new ArrayList<>();
      for (int reader = 0; reader < READERS; reader++) {
        int own = reader;
        readers.add(CompletableFuture.supplyAsync(() -> work(store, own, reading)));
      }
      reading.await();

      store.close();

      for (CompletableFuture<String> reader : readers) {
        assertThat(reader.get(1, TimeUnit.MINUTES)).isEqualTo("store: is closed");
      }
    }
  }

  /** Works until it is turned away, and returns with what words. */
  private static String work(RowStore store, int reader, CountDownLatch reading) {
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(key(reader), new byte[1]);
      while (true) {
        store.write(batch);
        try (RowStore.Picture picture = store.picture()) {
          picture.scan(new byte[0], (key, value) -> true);
        }
        store.get(key(reader));
        reading.countDown();
      }
    } catch (IllegalStateException turnedAway) {
      return String.valueOf(turnedAway.getMessage());
    } catch (RocksDBException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static void awaitClosed(RowStore store) {
    while (true) {
      try {
        store.get(key(1));
        Thread.onSpinWait();
      } catch (IllegalStateException closed) {
        return;
      }
    }
  }

  private static RowStore filled(Path folder) throws Exception {
    RowStore store = RowStore.open(folder, false);
    try (WriteBatch batch = new WriteBatch()) {
      for (int row = 0; row < ROWS; row++) {
        batch.put(key(row), new byte[1]);
      }
      store.write(batch);
    }
    return store;
  }

  private static byte[] key(int row) {
    return ("row-" + row).getBytes(StandardCharsets.UTF_8);
  }
}
