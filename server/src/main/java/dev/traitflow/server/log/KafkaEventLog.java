package dev.traitflow.server.log;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.LogRecord.Kind;
import dev.traitflow.core.space.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log in Kafka.
 *
 * <p>Each partition has a lane with a lock, under which a record is stamped and handed to the
 * idempotent producer; the producer keeps that order. The one server that appends calls is also the
 * owner of the clock; replicas ({@link ReplicaLog}) append nothing, so that no two stamp the same
 * lane. On a wall clock it appends a tick to a lane that was silent for 200 ms, so that windows end
 * although nobody sends.
 */
public final class KafkaEventLog implements EventLog {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaEventLog.class);
  private static final long SILENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long LOOK_MILLIS = 50;

  private final Producer<byte[], byte[]> producer;
  private final TopicLayout layout;
  private final SpaceClock clock;
  private final List<Lane> lanes = new ArrayList<>();
  private final AtomicLong flushes;
  private final ScheduledExecutorService clockOwner;

  private static final class Lane {
    private final int partition;
    private long lastAt;
    private long lastAppendNanos = System.nanoTime();

    Lane(int partition) {
      this.partition = partition;
    }
  }

  /** Appends with a producer of the caller; {@link #open} is for everyone else. */
  KafkaEventLog(
      Producer<byte[], byte[]> producer, TopicLayout layout, SpaceClock clock, long lastFlush) {
    this.producer = producer;
    this.layout = layout;
    this.clock = clock;
    this.flushes = new AtomicLong(lastFlush);
    for (int partition = 0; partition < layout.logPartitions(); partition++) {
      lanes.add(new Lane(partition));
    }
    clockOwner =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "traitflow-clock");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Opens the log and, on a wall clock, starts to tick.
   *
   * @param bootstrap Kafka's address
   * @param layout the partitions
   * @param clock stamps the records
   * @param lastFlush a number no flush of this log was above: the machine's clock will do
   */
  public static KafkaEventLog open(
      String bootstrap, TopicLayout layout, SpaceClock clock, long lastFlush) {
    KafkaProducer<byte[], byte[]> producer = KafkaClients.producer(bootstrap);
    KafkaEventLog log = new KafkaEventLog(producer, layout, clock, lastFlush);
    log.startTicking();
    return log;
  }

  @Override
  public CompletableFuture<Long> append(LogRecord record) {
    if (record.space().isEmpty()) {
      throw new IllegalArgumentException("log record: got " + record + " (expected a space)");
    }
    return send(lanes.get(layout.logPartition(record.space())), record);
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
  public void close() {
    clockOwner.shutdownNow();
    producer.close();
  }

  private CompletableFuture<Long> send(Lane lane, LogRecord record) {
    CompletableFuture<Long> offset = new CompletableFuture<>();
    byte[] key = record.space().isEmpty() ? null : record.space().getBytes(StandardCharsets.UTF_8);
    synchronized (lane) {
      long at = stamp(lane, record.kind());
      lane.lastAt = Math.max(lane.lastAt, at);
      lane.lastAppendNanos = System.nanoTime();
      Future<RecordMetadata> unusedBecauseOfCallback =
          producer.send(
              new ProducerRecord<>(
                  Topics.EVENTS, lane.partition, key, LogRecord.CODEC.encode(stamped(record, at))),
              (metadata, failure) -> {
                if (failure == null) {
                  offset.complete(metadata.offset());
                } else {
                  offset.completeExceptionally(failure);
                }
              });
    }
    return offset;
  }

  /**
   * A test clock that nobody has set must not become the time of the spaces through a definition or
   * a flush: those then carry the newest instant a call has brought, 0 without one.
   */
  private long stamp(Lane lane, Kind kind) {
    return kind != Kind.CALL && clock.isUnset() ? lane.lastAt : clock.now();
  }

  private static LogRecord stamped(LogRecord record, long at) {
    return new LogRecord(
        record.kind(),
        record.space(),
        at,
        record.source(),
        record.origin(),
        record.number(),
        record.messageId(),
        record.type(),
        record.body());
  }

  private void startTicking() {
    // Processing time on purpose: this is where the machine's time enters the log, and the only
    // place. Everything behind the log lives by the instants written here.
    ScheduledFuture<?> unusedUntilShutdown =
        clockOwner.scheduleWithFixedDelay(
            this::tickSilentLanes, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void tickSilentLanes() {
    if (clock.kind() != ClockKind.WALL) {
      return;
    }
    for (Lane lane : lanes) {
      boolean silent;
      synchronized (lane) {
        silent = System.nanoTime() - lane.lastAppendNanos >= SILENCE_NANOS;
      }
      if (silent) {
        tick(lane);
      }
    }
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
