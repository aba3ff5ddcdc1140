package dev.traitflow.server.log;

import dev.traitflow.core.event.LogRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/** A log on the heap: remembers what was appended, and can fail or answer a flush on demand. */
public final class MemoryEventLog implements EventLog {
  private final List<LogRecord> records = new ArrayList<>();
  private LongConsumer onFlush = flush -> {};
  private LongConsumer onBeat = beat -> {};
  private boolean failing;
  private long flushes;
  private int ticks;
  private long taken;

  @Override
  public synchronized CompletableFuture<Long> append(LogRecord record) {
    if (failing) {
      return CompletableFuture.failedFuture(new IllegalStateException("the broker is away"));
    }
    records.add(record);
    return CompletableFuture.completedFuture(taken + records.size() - 1L);
  }

  @Override
  public synchronized CompletableFuture<Long> appendAll(List<LogRecord> batch) {
    CompletableFuture<Long> last = CompletableFuture.completedFuture(0L);
    for (LogRecord record : batch) {
      last = append(record);
    }
    return last;
  }

  @Override
  public int partition(String space) {
    return 0;
  }

  @Override
  public synchronized CompletableFuture<Void> tick() {
    ticks++;
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public long flush() {
    long flush = ++flushes;
    onFlush.accept(flush);
    return flush;
  }

  @Override
  public void beat() {
    onBeat.accept(++flushes);
  }

  /** Called with the number of each beat before it returns. */
  public void onBeat(LongConsumer answer) {
    onBeat = answer;
  }

  @Override
  public boolean isAtRest() {
    return false;
  }

  @Override
  public void close() {}

  /** Everything appended so far. */
  public synchronized List<LogRecord> records() {
    return List.copyOf(records);
  }

  /** Everything appended since this was last called, which is forgotten. */
  public synchronized List<LogRecord> take() {
    List<LogRecord> newest = List.copyOf(records);
    taken += records.size();
    records.clear();
    return newest;
  }

  /** How often time was told to have passed. */
  public synchronized int ticks() {
    return ticks;
  }

  /** From now on nothing can be kept. */
  public synchronized void fail() {
    failing = true;
  }

  /** Called with the number of each flush before it returns. */
  public void onFlush(LongConsumer answer) {
    onFlush = answer;
  }
}
