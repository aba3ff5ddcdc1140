package dev.traitflow.server.log;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.LogRecord.Kind;
import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.core.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log in Kafka.
 *
 * <p>Each partition has a lane with a lock, under which a record is stamped and handed to the
 * idempotent producer; the producer keeps that order. The one server that appends calls is also the
 * owner of the clock; replicas ({@link ReplicaLog}) append nothing, so that no two stamp the same
 * lane. On a wall clock a {@link Ticker} appends ticks to silent lanes, so that windows end
 * although nothing arrives.
 */
public final class KafkaEventLog implements EventLog {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaEventLog.class);

  /** Half of what the producer can hold: so a send never waits for room. */
  private static final long WAITING_BYTES_MAX = KafkaClients.BUFFER_BYTES / 2;

  /** What a record takes beside its body, roughly. */
  private static final int RECORD_BYTES = 128;

  private final Producer<byte[], byte[]> producer;
  private final TopicLayout layout;
  private final SpaceClock clock;
  private final List<Lane> lanes = new ArrayList<>();
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong flushes;
  private final Ticker ticker;

  private final class Lane implements Ticker.Lane {
    private final int partition;
    private volatile long appendedNanos = System.nanoTime();

    Lane(int partition) {
      this.partition = partition;
    }

    @Override
    public long appendedNanos() {
      return appendedNanos;
    }

    @Override
    public void tick() {
      KafkaEventLog.this.tick(this);
    }
  }

  /** Appends with a producer of the caller; {@link #open} is for everyone else. */
  KafkaEventLog(
      Producer<byte[], byte[]> producer,
      TopicLayout layout,
      SpaceClock clock,
      long lastFlush,
      LongFunction<OptionalLong> due) {
    this.producer = producer;
    this.layout = layout;
    this.clock = clock;
    this.flushes = new AtomicLong(lastFlush);
    for (int partition = 0; partition < layout.logPartitions(); partition++) {
      lanes.add(new Lane(partition));
    }
    ticker = new Ticker(clock, lanes, due);
  }

  /**
   * Opens the log and, on a wall clock, starts to tick.
   *
   * @param kafka where the topics are
   * @param layout the partitions
   * @param clock stamps the records
   * @param lastFlush a number no flush of this log was above: the machine's clock will do
   * @param due when time alone changes a value next, as {@link Ticker} asks for it
   */
  public static KafkaEventLog open(
      KafkaConnection kafka,
      TopicLayout layout,
      SpaceClock clock,
      long lastFlush,
      LongFunction<OptionalLong> due) {
    KafkaProducer<byte[], byte[]> producer = KafkaClients.producer(kafka);
    KafkaEventLog log = new KafkaEventLog(producer, layout, clock, lastFlush, due);
    log.ticker.start();
    return log;
  }

  @Override
  public CompletableFuture<Long> append(LogRecord record) {
    if (record.space().isEmpty()) {
      throw new IllegalArgumentException("log record: got " + record + " (expected a space)");
    }
    RecordTooLargeException tooLarge = tooLarge(record);
    return tooLarge == null
        ? send(lanes.get(layout.logPartition(record.space())), record)
        : CompletableFuture.failedFuture(tooLarge);
  }

  @Override
  public CompletableFuture<Long> appendAll(List<LogRecord> records) {
    String space = records.get(0).space();
    long bytes = 0;
    for (LogRecord record : records) {
      RecordTooLargeException tooLarge = tooLarge(record);
      if (tooLarge != null) {
        return CompletableFuture.failedFuture(tooLarge);
      }
      bytes += record.body().length + RECORD_BYTES;
    }
    if (waiting.addAndGet(bytes) > WAITING_BYTES_MAX) {
      waiting.addAndGet(-bytes);
      return CompletableFuture.failedFuture(new LogBusyException(WAITING_BYTES_MAX));
    }
    Appending appending = new Appending(records.size(), bytes);
    Lane lane = lanes.get(layout.logPartition(space));
    byte[] key = space.getBytes(StandardCharsets.UTF_8);
    synchronized (lane) {
      for (LogRecord record : records) {
        send(lane, key, record, appending);
      }
    }
    return appending.done;
  }

  @Override
  public int partition(String space) {
    return layout.logPartition(space);
  }

  @Override
  public CompletableFuture<Void> tick() {
    return CompletableFuture.allOf(
        lanes.stream()
            .map(lane -> send(lane, LogRecord.tick(0)))
            .toArray(CompletableFuture<?>[]::new));
  }

  @Override
  public long flush() {
    List<CompletableFuture<Long>> sent = new ArrayList<>();
    long number = number(sent, false);
    producer.flush();
    CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new)).join();
    return number;
  }

  @Override
  public void beat() {
    List<CompletableFuture<Long>> sent = new ArrayList<>();
    long number = number(sent, true);
    CompletableFuture<Void> unusedBecauseLogged =
        CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new))
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    LOG.warn("Beat {} could not be appended", number, failure);
                  }
                });
  }

  /** Appends a tick and a numbered record to each lane; numbers lie in their order in every one. */
  private synchronized long number(List<CompletableFuture<Long>> sent, boolean beat) {
    long number = flushes.incrementAndGet();
    for (Lane lane : lanes) {
      sent.add(send(lane, LogRecord.tick(0)));
      sent.add(send(lane, beat ? LogRecord.beat(0, number) : LogRecord.flush(0, number)));
    }
    return number;
  }

  @Override
  public boolean isAtRest() {
    return ticker.isAtRest();
  }

  @Override
  public void close() {
    ticker.close();
    producer.close();
  }

  /** What refuses a record that no lane takes; null if it is within the bound. */
  private static @Nullable RecordTooLargeException tooLarge(LogRecord record) {
    int bytesMax = Topics.bytesMax(Topics.EVENTS);
    // What is not the body is short; only a body near the bound is worth encoding for it.
    if (record.body().length <= bytesMax / 2) {
      return null;
    }
    int bytes = LogRecord.CODEC.encode(record).length + RECORD_BYTES;
    return bytes <= bytesMax ? null : new RecordTooLargeException(Topics.EVENTS, bytes, bytesMax);
  }

  private CompletableFuture<Long> send(Lane lane, LogRecord record) {
    byte[] key = record.space().isEmpty() ? null : record.space().getBytes(StandardCharsets.UTF_8);
    Appending appending = new Appending(1, 0);
    synchronized (lane) {
      send(lane, key, record, appending);
    }
    return appending.done;
  }

  /** To be called with the lane's lock, so that instants and places agree. */
  private void send(Lane lane, byte @Nullable [] key, LogRecord record, Appending appending) {
    long at = stamp(record.kind());
    lane.appendedNanos = System.nanoTime();
    if (record.kind() != Kind.TICK) {
      ticker.used(at);
    }
    try {
      Future<RecordMetadata> unusedBecauseOfCallback =
          producer.send(
              new ProducerRecord<>(
                  Topics.EVENTS, lane.partition, key, LogRecord.CODEC.encode(record.stampedAt(at))),
              appending);
    } catch (RuntimeException failure) {
      // Closed, or interrupted: the records before it in the request may have been sent.
      appending.onCompletion(null, failure);
    }
  }

  /** Waits for the records of one request: done with the last. Thread-safe. */
  private final class Appending implements Callback {
    private final CompletableFuture<Long> done = new CompletableFuture<>();
    private final AtomicInteger open;
    private final long bytes;
    private volatile @Nullable Exception failure;
    private volatile long last;

    Appending(int records, long bytes) {
      this.open = new AtomicInteger(records);
      this.bytes = bytes;
    }

    @Override
    public void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception problem) {
      if (problem != null) {
        failure = problem;
      } else if (metadata != null) {
        // The producer answers a partition in order, so the last one to come is the greatest.
        last = metadata.offset();
      }
      if (open.decrementAndGet() > 0) {
        return;
      }
      waiting.addAndGet(-bytes);
      Exception known = failure;
      if (known == null) {
        done.complete(last);
      } else {
        done.completeExceptionally(known);
      }
    }
  }

  /**
   * A test clock that nobody has set must not become the time of the spaces through a definition or
   * a flush: those carry 0 until there is a call.
   */
  private long stamp(Kind kind) {
    return kind == Kind.CALL ? clock.nowOfCall() : clock.controlNow();
  }

  private void tick(Lane lane) {
    try {
      CompletableFuture<Long> unusedBecauseLogged =
          send(lane, LogRecord.tick(0))
              .whenComplete(
                  (offset, failure) -> {
                    if (failure != null) {
                      LOG.warn(
                          "A tick could not be appended to partition {}", lane.partition, failure);
                    }
                  });
    } catch (RuntimeException failure) {
      // An edge: an exception would end the schedule and time would stand still for good.
      LOG.warn("A tick could not be sent to partition {}", lane.partition, failure);
    }
  }
}
