package dev.traitflow.server.predictions;

import dev.traitflow.core.prediction.ModelState;
import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.server.log.KafkaClients;
import dev.traitflow.server.log.TopicLayout;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the topic {@code models} into {@link ModelStates}. The topic is as small as there are
 * predictions: it is read whole at the start, then followed by one thread.
 */
public final class ModelsFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ModelsFollower.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ModelStates states;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Thread thread;
  private volatile boolean stopped;

  private ModelsFollower(ModelStates states, KafkaConsumer<byte[], byte[]> consumer) {
    this.states = states;
    this.consumer = consumer;
    this.thread = new Thread(this::follow, "traitflow-models");
    thread.setDaemon(true);
  }

  /** Reads what there is and follows what comes. */
  public static ModelsFollower start(
      KafkaConnection kafka, TopicLayout layout, ModelStates states) {
    KafkaConsumer<byte[], byte[]> consumer = KafkaClients.follower(kafka);
    List<TopicPartition> all =
        IntStream.range(0, layout.profilePartitions())
            .mapToObj(partition -> new TopicPartition(Topics.MODELS, partition))
            .toList();
    consumer.assign(all);
    consumer.seekToBeginning(all);
    ModelsFollower follower = new ModelsFollower(states, consumer);
    Map<TopicPartition, Long> ends = consumer.endOffsets(all);
    while (all.stream().anyMatch(each -> consumer.position(each) < ends.getOrDefault(each, 0L))) {
      follower.read();
    }
    follower.thread.start();
    return follower;
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
        read();
      }
    } catch (WakeupException woken) {
      if (!stopped) {
        LOG.error("The states of predictions are no longer followed", woken);
      }
    } catch (RuntimeException edge) {
      // An edge: the thread ends here; states stay what they were.
      LOG.error("The states of predictions are no longer followed", edge);
    } finally {
      consumer.close();
    }
  }

  private void read() {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(PATIENCE)) {
      try {
        byte[] value = record.value();
        states.take(
            record.key(), record.offset(), value == null ? null : ModelState.fromJson(value));
      } catch (IOException | IllegalArgumentException unreadable) {
        LOG.error("A record of {} cannot be read and is left out", Topics.MODELS, unreadable);
      }
    }
  }
}
