package dev.traitflow.server.predictions;

import dev.traitflow.core.prediction.ModelState;
import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.server.log.KafkaClients;
import dev.traitflow.server.log.TopicLayout;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes how predictions stand to the topic {@code models}. A state is shown to the readers of this
 * process when it is durable. Changes are made one after the other, so that none is lost between a
 * training and a scoring that end at the same time; there must be one writer for all of a space.
 */
public final class ModelsTopic {
  private final KafkaConnection kafka;
  private final TopicLayout layout;
  private final ModelStates states;

  /** Writes for the readers of {@code states}. */
  public ModelsTopic(KafkaConnection kafka, TopicLayout layout, ModelStates states) {
    this.kafka = kafka;
    this.layout = layout;
    this.states = states;
  }

  /** How predictions stand. */
  public ModelStates states() {
    return states;
  }

  /**
   * Replaces a state; the same again is not written.
   *
   * @param change from the state there is, or from that of a first training if there is none
   * @return the new state
   */
  public synchronized ModelState change(
      String space, String prediction, UnaryOperator<ModelState> change) {
    Optional<ModelState> before = states.find(space, prediction);
    ModelState after = change.apply(before.orElseGet(() -> ModelState.begun(space, prediction)));
    if (before.isEmpty() || !before.get().equals(after)) {
      write(space, prediction, after);
    }
    return after;
  }

  /** Replaces a state if there is one. */
  public synchronized void changeKnown(
      String space, String prediction, UnaryOperator<ModelState> change) {
    if (states.find(space, prediction).isPresent()) {
      ModelState unusedBecauseItIsShown = change(space, prediction, change);
    }
  }

  /** Says that a prediction is gone. */
  public synchronized void withdraw(String space, String prediction) {
    if (states.find(space, prediction).isPresent()) {
      write(space, prediction, null);
    }
  }

  private void write(String space, String prediction, @Nullable ModelState state) {
    byte[] key = ModelState.topicKey(space, prediction);
    int partition = Topics.partition(space + "/" + prediction, layout.profilePartitions());
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(Topics.MODELS, partition, key, state == null ? null : state.toJson());
    // States change a few times a day: a producer kept open for them would idle.
    try (KafkaProducer<byte[], byte[]> producer = KafkaClients.producer(kafka)) {
      states.take(key, producer.send(record).get().offset(), state);
    } catch (ExecutionException failure) {
      throw new IllegalStateException(
          "prediction " + prediction + ": its state could not be kept", failure.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(
          "prediction " + prediction + ": interrupted before its state was kept", interrupted);
    }
  }
}
