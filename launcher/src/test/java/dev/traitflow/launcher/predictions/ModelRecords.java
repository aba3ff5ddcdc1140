package dev.traitflow.launcher.predictions;

import dev.traitflow.core.prediction.ModelState;
import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.server.log.KafkaClients;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** What the topic {@code models} says of one prediction, one record after the other. */
final class ModelRecords implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final byte[] key;
  private final List<Optional<ModelState>> seen = new ArrayList<>();

  ModelRecords(KafkaConnection kafka, String space, String prediction) {
    consumer = KafkaClients.follower(kafka);
    key = ModelState.topicKey(space, prediction);
    List<TopicPartition> all =
        consumer.partitionsFor(Topics.MODELS).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(all);
    consumer.seekToBeginning(all);
  }

  /** The next record that is as wanted, the newest that was read included. */
  ModelState await(Predicate<ModelState> wanted) throws IOException {
    return awaitRecord(record -> record.filter(wanted).isPresent()).orElseThrow();
  }

  /** Waits for the record that says that the prediction is gone. */
  void awaitGone() throws IOException {
    Optional<ModelState> unusedBecauseItIsEmpty = awaitRecord(Optional::isEmpty);
  }

  /** Every record that was read. */
  List<Optional<ModelState>> seen() {
    return seen;
  }

  private Optional<ModelState> awaitRecord(Predicate<Optional<ModelState>> wanted)
      throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      if (!seen.isEmpty() && wanted.test(seen.get(seen.size() - 1))) {
        return seen.get(seen.size() - 1);
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
        if (Arrays.equals(record.key(), key)) {
          byte[] value = record.value();
          seen.add(value == null ? Optional.empty() : Optional.of(ModelState.fromJson(value)));
        }
      }
    }
    throw new AssertionError("models: nothing as expected came, but " + seen);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
