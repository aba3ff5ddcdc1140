package dev.traitflow.bench;

import dev.traitflow.bench.job.BenchCluster;
import dev.traitflow.bench.job.MessageFile;
import dev.traitflow.jobs.runtime.EventMessage.LiveEvent;
import dev.traitflow.jobs.runtime.HistoryKey;
import dev.traitflow.jobs.runtime.ProfileMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * The least a keyed fold on RocksDB must do, and nothing else: for each event one put into the
 * history and one get and one put of the profile's accumulator. No traits, no windows, no network,
 * no serializers; one thread and one database for each half of the keys, a flush every 10 s. It is
 * given the memory, the bloom filters and the switched-off log that Flink gives our state.
 */
final class RawRocks {
  private static final int HISTORY = 0;
  private static final int FOLD = 1;

  private final Path folder;
  private final Path files;
  private final String set;
  private final StateSamples samples;

  /**
   * @param folder for the databases
   * @param files where the messages are, {@code set} by half of the keys
   */
  RawRocks(Path folder, Path files, String set, StateSamples samples) {
    this.folder = folder;
    this.files = files;
    this.set = set;
    this.samples = samples;
  }

  /** Runs with this many threads and returns the seconds to the end of the last flush. */
  double run(int threads) throws Exception {
    CyclicBarrier start = new CyclicBarrier(threads + 1);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Long>> ends = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        int part = thread;
        Callable<Long> loop = () -> loop(part, threads, start);
        ends.add(pool.submit(loop));
      }
      start.await();
      long began = System.nanoTime();
      long ended = began;
      for (Future<Long> end : ends) {
        ended = Math.max(ended, end.get());
      }
      return (ended - began) / 1e9;
    } finally {
      pool.shutdownNow();
    }
  }

  @SuppressWarnings("try") // An interrupt while closing ends the run like any other.
  private long loop(int part, int threads, CyclicBarrier start) throws Exception {
    long budget = ((long) BenchCluster.STATE_MEGABYTES << 20) / threads;
    try (BareRocks database =
            BareRocks.open(folder.resolve("raw-" + part), budget, "history", "fold");
        MessageFile<ProfileMessage> messages =
            MessageFile.open(MessageFile.part(files, set, part))) {
      start.await();
      fold(database, messages);
      return System.nanoTime();
    }
  }

  private void fold(BareRocks database, MessageFile<ProfileMessage> messages)
      throws IOException, RocksDBException {
    Map<String, int[]> counts = new HashMap<>();
    long bytesRead = 0;
    while (true) {
      @Nullable ProfileMessage message = messages.next();
      if (message == null) {
        break;
      }
      if (!(message instanceof LiveEvent event)) {
        continue;
      }
      byte[] key = message.key().getBytes(StandardCharsets.UTF_8);
      byte[] place = HistoryKey.of(event.timestamp(), event.messageId());
      byte[] full = new byte[key.length + place.length];
      System.arraycopy(key, 0, full, 0, key.length);
      System.arraycopy(place, 0, full, key.length, place.length);
      database.put(HISTORY, full, event.resolved());
      byte[] before = database.get(FOLD, key);
      bytesRead += before == null ? 0 : before.length;
      int events = ++counts.computeIfAbsent(message.key(), any -> new int[1])[0];
      database.put(FOLD, key, samples.after(events, (int) event.sequence()));
      database.flushIfDue();
    }
    database.flush();
    if (bytesRead < 0) {
      throw new IllegalStateException("raw loop: got " + bytesRead + " bytes (expected more)");
    }
  }
}
