package dev.traitflow.server.store.apply;

import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.server.log.KafkaClients;
import dev.traitflow.server.log.TopicLayout;
import dev.traitflow.server.store.barrier.MarkerLedger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the jobs' topics into the rows with one thread, from the offsets that lie beside the
 * data. It reads uncommitted records: what the jobs write is complete for its key and harmless to
 * repeat, so there is nothing to wait for.
 */
public final class TopicFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);
  static final List<String> FOLLOWED =
      List.of(
          Topics.PROFILE_EVENTS,
          Topics.IDENTIFIERS,
          Topics.INSIGHTS,
          Topics.PROFILE_CHANGES,
          Topics.SPACES);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final RecordApplier applier;
  private final MarkerLedger ledger;
  private final Map<String, Runnable> told;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Thread thread;
  private volatile boolean stopped;
  private volatile @Nullable RuntimeException failure;

  private TopicFollower(
      RecordApplier applier,
      MarkerLedger ledger,
      KafkaConsumer<byte[], byte[]> consumer,
      TopicLayout layout,
      Map<String, Runnable> told) {
    this.applier = applier;
    this.ledger = ledger;
    this.told = Map.copyOf(told);
    this.consumer = consumer;
    List<TopicPartition> places = new ArrayList<>();
    for (String topic : FOLLOWED) {
      applier.rememberPartitions(topic, layout.profilePartitions());
      for (int partition = 0; partition < layout.profilePartitions(); partition++) {
        places.add(new TopicPartition(topic, partition));
      }
    }
    applier.commit();
    List<TopicPartition> heard =
        told.keySet().stream()
            .filter(topic -> !FOLLOWED.contains(topic))
            .map(topic -> new TopicPartition(topic, 0))
            .toList();
    places.addAll(heard);
    consumer.assign(places);
    places.removeAll(heard);
    consumer.seekToEnd(heard);
    for (TopicPartition place : places) {
      consumer.seek(place, applier.nextOffset(place.topic(), place.partition()));
    }
    thread = new Thread(this::follow, "traitflow-store");
    thread.setDaemon(true);
  }

  /**
   * Starts to follow.
   *
   * @param ledger given the markers that come out, after what was before them is applied
   * @param told what runs, by topic, after records of it came and were applied; of a topic that is
   *     not applied, the first partition is heard from now on
   */
  public static TopicFollower start(
      KafkaConnection kafka,
      TopicLayout layout,
      RecordApplier applier,
      MarkerLedger ledger,
      Map<String, Runnable> told) {
    TopicFollower follower =
        new TopicFollower(applier, ledger, KafkaClients.follower(kafka), layout, told);
    follower.thread.start();
    return follower;
  }

  /** Why it stopped following; null while it follows. */
  public @Nullable RuntimeException failure() {
    return failure;
  }

  @Override
  public void close() {
    stopped = true;
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() {
    try {
      while (!stopped) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(PATIENCE);
        if (!records.isEmpty()) {
          apply(records);
        }
      }
    } catch (WakeupException woken) {
      if (!stopped) {
        fail(woken);
      }
    } catch (RuntimeException edge) {
      // An edge: the thread ends here. Reads go on with what there is, a barrier says why it waits.
      fail(edge);
    } finally {
      consumer.close();
    }
  }

  private void apply(ConsumerRecords<byte[], byte[]> records) {
    Set<String> topics = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      topics.add(record.topic());
      if (FOLLOWED.contains(record.topic())) {
        byte[] value = record.value();
        applier.apply(record.topic(), record.partition(), record.offset(), record.key(), value);
      }
    }
    ledger.accept(applier.commit());
    told.forEach(
        (topic, action) -> {
          if (topics.contains(topic)) {
            action.run();
          }
        });
  }

  private void fail(RuntimeException cause) {
    LOG.error("The store no longer follows the topics", cause);
    failure = cause;
  }
}
