package dev.traitflow.server.debugger;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.RejectedCall;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.server.log.KafkaClients;
import dev.traitflow.server.log.TopicLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the log and what was rejected into a {@link SourceDebugger}, with one thread.
 *
 * <p>It begins a stretch before the end, so that a restart shows the newest calls again. It reads
 * at most 20,000 records a second, so that it takes little of the machine from those that matter;
 * when more come for longer than it can make up for, it goes on near the end and counts what it
 * passed over. When it fails it begins anew after a while; nobody waits for it.
 */
public final class LogFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogFollower.class);

  /** How far before the end it begins, in records of a partition. */
  static final long LOOK_BACK_MAX = 200_000;

  /** How far it may fall behind, in records of a partition: about a second. */
  static final long LAG_MAX = 20_000;

  /** How far before the end it goes on then. */
  private static final long LAG_KEPT = 2_000;

  private static final int READ_MAX = 1_000;
  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(5);

  private final KafkaConnection kafka;
  private final TopicLayout layout;
  private final SourceDebugger debugger;
  private final Thread thread;
  private final Map<TopicPartition, Long> catchUp = new HashMap<>();
  private volatile boolean stopped;
  private volatile @Nullable KafkaConsumer<byte[], byte[]> current;

  private LogFollower(KafkaConnection kafka, TopicLayout layout, SourceDebugger debugger) {
    this.kafka = kafka;
    this.layout = layout;
    this.debugger = debugger;
    thread = new Thread(this::run, "traitflow-debugger-log");
    thread.setDaemon(true);
  }

  /** Starts to follow. */
  public static LogFollower start(
      KafkaConnection kafka, TopicLayout layout, SourceDebugger debugger) {
    LogFollower follower = new LogFollower(kafka, layout, debugger);
    follower.thread.start();
    return follower;
  }

  @Override
  public void close() {
    stopped = true;
    KafkaConsumer<byte[], byte[]> consumer = current;
    if (consumer != null) {
      consumer.wakeup();
    }
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!stopped) {
      KafkaConsumer<byte[], byte[]> consumer = KafkaClients.follower(kafka, READ_MAX);
      try {
        current = consumer;
        begin(consumer);
        while (!stopped) {
          follow(consumer);
        }
      } catch (WakeupException closing) {
        LOG.debug("The debugger stops");
      } catch (RuntimeException edge) {
        // An edge: calls go their way without it, and it goes on from where the end is then.
        LOG.warn("The debugger cannot read the log; trying again", edge);
        sleep(PAUSE_AFTER_FAILURE.toNanos());
      } finally {
        consumer.close();
      }
    }
  }

  private void begin(KafkaConsumer<byte[], byte[]> consumer) {
    List<TopicPartition> places = new ArrayList<>();
    for (int partition = 0; partition < layout.logPartitions(); partition++) {
      places.add(new TopicPartition(Topics.EVENTS, partition));
    }
    for (int partition = 0; partition < layout.profilePartitions(); partition++) {
      places.add(new TopicPartition(Topics.REJECTED, partition));
    }
    consumer.assign(places);
    catchUp.clear();
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(places);
    consumer
        .endOffsets(places)
        .forEach(
            (place, end) -> {
              consumer.seek(place, Math.max(begins.getOrDefault(place, 0L), end - LOOK_BACK_MAX));
              catchUp.put(place, end);
            });
  }

  private void follow(KafkaConsumer<byte[], byte[]> consumer) {
    long started = System.nanoTime();
    ConsumerRecords<byte[], byte[]> records = consumer.poll(PATIENCE);
    for (ConsumerRecord<byte[], byte[]> record : records) {
      try {
        take(record);
      } catch (IllegalArgumentException unreadable) {
        // Of a newer version, perhaps: it is not shown, and counted like others that are not.
        debugger.skip(1);
      }
    }
    if (records.isEmpty()) {
      return;
    }
    debugger.trim();
    // What was there at the start is read at full speed: somebody may be waiting to see it.
    catchUp.entrySet().removeIf(entry -> consumer.position(entry.getKey()) >= entry.getValue());
    if (catchUp.isEmpty()) {
      records.partitions().forEach(place -> skipAhead(consumer, place));
      sleep(PERIOD_NANOS - (System.nanoTime() - started));
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value();
    if (value == null || (record.key() != null && Marker.isMarkerKey(record.key()))) {
      return;
    }
    if (record.topic().equals(Topics.REJECTED)) {
      debugger.rejected(RejectedCall.CODEC.decode(value));
      return;
    }
    LogRecord call = LogRecord.CODEC.decode(value);
    if (call.kind() == LogRecord.Kind.CALL) {
      debugger.arrived(record.offset(), call);
    }
  }

  private void skipAhead(KafkaConsumer<byte[], byte[]> consumer, TopicPartition place) {
    long lag = consumer.currentLag(place).orElse(0);
    if (lag > LAG_MAX) {
      long skipped = lag - LAG_KEPT;
      consumer.seek(place, consumer.position(place) + skipped);
      debugger.skip(skipped);
    }
  }

  private void sleep(long nanos) {
    if (nanos > 0 && !stopped) {
      LockSupport.parkNanos(nanos);
    }
  }
}
