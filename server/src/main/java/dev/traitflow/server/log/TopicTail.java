package dev.traitflow.server.log;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.LogRecord.Kind;
import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.RejectedCall;
import dev.traitflow.core.topic.SkippedRecord;
import dev.traitflow.core.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads topics from their end backwards, in windows that grow: what is asked for is near the end.
 */
public final class TopicTail implements LogTail {
  private static final long FIRST_WINDOW = 1_000;
  private static final long WINDOW_MAX = 200_000;
  private static final long REJECTED_LOOK_MAX = 200_000;
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final KafkaConnection kafka;
  private final TopicLayout layout;

  /** Reads the topics of this layout at {@code kafka}. */
  public TopicTail(KafkaConnection kafka, TopicLayout layout) {
    this.kafka = kafka;
    this.layout = layout;
  }

  /** The greatest {@code at} of the last records of the log; 0 if it is empty. */
  public long newestAt() {
    long[] newest = {0};
    try (Reader reader = new Reader()) {
      for (int partition = 0; partition < layout.logPartitions(); partition++) {
        reader.backwards(
            Topics.EVENTS,
            partition,
            window -> {
              for (ConsumerRecord<byte[], byte[]> record : window) {
                newest[0] = Math.max(newest[0], at(record.value()));
              }
              return false;
            },
            FIRST_WINDOW);
      }
    }
    return newest[0];
  }

  /**
   * One record that cannot be read must not stop a start: the job says so, and an operator skips
   * it.
   */
  private static long at(byte[] value) {
    try {
      return LogRecord.CODEC.decode(value).at();
    } catch (IllegalArgumentException unreadable) {
      return 0;
    }
  }

  @Override
  public long lastLine(String space, String origin) {
    long[] last = {0};
    try (Reader reader = new Reader()) {
      reader.backwards(
          Topics.EVENTS,
          layout.logPartition(space),
          window -> {
            for (ConsumerRecord<byte[], byte[]> raw : window) {
              LogRecord record = LogRecord.CODEC.decode(raw.value());
              if (record.kind() == Kind.CALL
                  && record.origin().equals(origin)
                  && record.space().equals(space)) {
                last[0] = Math.max(last[0], record.number());
              }
            }
            return last[0] == 0;
          },
          Long.MAX_VALUE);
    }
    return last[0];
  }

  @Override
  public List<RejectedCall> newestRejected(String space, int limit) {
    Predicate<byte[]> ofSpace = value -> RejectedCall.CODEC.decode(value).space().equals(space);
    return newest(Topics.REJECTED, ofSpace, limit, REJECTED_LOOK_MAX).stream()
        .map(RejectedCall.CODEC::decode)
        .toList();
  }

  @Override
  public int lane(String space) {
    return layout.logPartition(space);
  }

  @Override
  public Range range(int lane) {
    TopicPartition place = new TopicPartition(Topics.EVENTS, lane);
    try (Reader reader = new Reader()) {
      return reader.range(place);
    }
  }

  @Override
  public void skip(SkippedRecord record) {
    // Once in the life of an instance: a producer kept open for it would idle.
    try (KafkaProducer<byte[], byte[]> producer = KafkaClients.producer(kafka)) {
      byte[] value = SkippedRecord.CODEC.encode(record);
      producer.send(new ProducerRecord<>(Topics.SKIPPED, 0, record.topicKey(), value)).get();
    } catch (ExecutionException failure) {
      throw new IllegalStateException(
          "log: the order to skip " + record.offset() + " could not be kept", failure.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("log: interrupted before the order was kept", interrupted);
    }
  }

  @Override
  public List<SkippedRecord> skipped() {
    List<SkippedRecord> found = new ArrayList<>();
    newest(Topics.SKIPPED, any -> true, Integer.MAX_VALUE, Long.MAX_VALUE)
        .forEach(value -> found.add(SkippedRecord.CODEC.decode(value)));
    found.sort(
        Comparator.comparingInt(SkippedRecord::lane).thenComparingLong(SkippedRecord::offset));
    return found;
  }

  private List<byte[]> newest(String topic, Predicate<byte[]> wanted, int limit, long lookMax) {
    List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
    try (Reader reader = new Reader()) {
      for (int partition = 0; partition < layout.profilePartitions(); partition++) {
        List<ConsumerRecord<byte[], byte[]>> ofPartition = new ArrayList<>();
        reader.backwards(
            topic,
            partition,
            window -> {
              for (ConsumerRecord<byte[], byte[]> record : window) {
                boolean isRecord = record.value() != null && !Marker.isMarkerKey(record.key());
                if (isRecord && wanted.test(record.value())) {
                  ofPartition.add(record);
                }
              }
              return ofPartition.size() < limit;
            },
            lookMax);
        found.addAll(ofPartition);
      }
    }
    Comparator<ConsumerRecord<byte[], byte[]>> age =
        Comparator.<ConsumerRecord<byte[], byte[]>>comparingLong(ConsumerRecord::timestamp)
            .thenComparingLong(ConsumerRecord::offset);
    return found.stream().sorted(age.reversed()).limit(limit).map(ConsumerRecord::value).toList();
  }

  /** One consumer for all partitions of a question. */
  private final class Reader implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer = KafkaClients.consumer(kafka);

    Range range(TopicPartition place) {
      return new Range(
          offset(consumer.beginningOffsets(List.of(place)), place),
          offset(consumer.endOffsets(List.of(place)), place));
    }

    /** Hands windows to the visitor, the last first, until it answers false. */
    void backwards(
        String topic,
        int partition,
        Predicate<List<ConsumerRecord<byte[], byte[]>>> visitor,
        long lookMax) {
      TopicPartition place = new TopicPartition(topic, partition);
      Range range = range(place);
      consumer.assign(List.of(place));
      long high = range.end();
      long lowest = Math.max(range.begin(), lookMax > high ? range.begin() : high - lookMax);
      long size = FIRST_WINDOW;
      while (high > lowest) {
        long low = Math.max(lowest, high - size);
        if (!visitor.test(window(place, low, high))) {
          return;
        }
        high = low;
        size = Math.min(WINDOW_MAX, size * 4);
      }
    }

    private List<ConsumerRecord<byte[], byte[]>> window(TopicPartition place, long low, long high) {
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      consumer.seek(place, low);
      // By position, not by the last record: compaction and transactions leave offsets without one.
      while (consumer.position(place) < high) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(PATIENCE)) {
          if (record.offset() < high) {
            records.add(record);
          }
        }
      }
      return records;
    }

    private static long offset(Map<TopicPartition, Long> offsets, TopicPartition place) {
      Long offset = offsets.get(place);
      return offset == null ? 0 : offset;
    }

    @Override
    public void close() {
      consumer.close();
    }
  }
}
