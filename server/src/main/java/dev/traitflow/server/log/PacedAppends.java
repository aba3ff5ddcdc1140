package dev.traitflow.server.log;

import dev.traitflow.core.event.LogRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Appends many records one after the other, a few of them at a time: however many there are, they
 * take little memory, and calls that arrive meanwhile find room. Not thread-safe.
 */
public final class PacedAppends {
  private static final int RECORDS_MAX = 10_000;
  private static final long BYTES_MAX = 4L << 20;

  private final EventLog log;
  private final List<CompletableFuture<Long>> open = new ArrayList<>();
  private long bytes;
  private long count;

  /** Appends to this log. */
  public PacedAppends(EventLog log) {
    this.log = log;
  }

  /** Appends a record; may wait for those before it. */
  public void add(LogRecord record) {
    if (open.size() >= RECORDS_MAX || bytes + record.body().length > BYTES_MAX) {
      await();
    }
    open.add(log.append(record));
    bytes += record.body().length;
    count++;
  }

  /** Waits until all are durable, and returns how many there were. */
  public long await() {
    open.forEach(CompletableFuture::join);
    open.clear();
    bytes = 0;
    return count;
  }
}
