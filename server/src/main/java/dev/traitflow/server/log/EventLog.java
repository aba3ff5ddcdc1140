package dev.traitflow.server.log;

import dev.traitflow.core.event.LogRecord;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Appends to the log of the spaces. The log stamps what it is given: within a partition the
 * instants never go back, because instant and place are taken together.
 */
public interface EventLog extends AutoCloseable {

  /**
   * Appends a record to its space's partition.
   *
   * @param record the record; its {@code at} is replaced by the clock's now
   * @return the record's offset once it is durable; fails if it is not
   */
  CompletableFuture<Long> append(LogRecord record);

  /**
   * Appends records of one space, one behind the other with nothing of another request between.
   *
   * @param records at least one, all of one space
   * @return the offset of the last once all are durable; fails if one is not. It fails at once with
   *     a {@link LogBusyException}, and nothing was appended, if calls come faster than they can be
   *     kept: no caller ever waits here
   */
  CompletableFuture<Long> appendAll(List<LogRecord> records);

  /** The partition that holds the order of a space. */
  int partition(String space);

  /** Appends a tick to every partition; done when all are durable. */
  CompletableFuture<Void> tick();

  /**
   * Appends a tick and a flush to every partition and waits until they are durable.
   *
   * @return the flush's number, greater than any before
   */
  long flush();

  /**
   * Appends a tick and a beat to every partition: like {@link #flush}, but it returns at once, and
   * no stage takes long for it.
   */
  void beat();

  /**
   * True if nothing but ticks was appended for a while and the values show all that was. False
   * where that is not known.
   */
  boolean isAtRest();

  /** Waits for what was appended and stops. */
  @Override
  void close();
}
