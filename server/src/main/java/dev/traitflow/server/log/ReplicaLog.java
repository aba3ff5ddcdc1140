package dev.traitflow.server.log;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.core.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log as a replica sees it: another server appends to it and owns its clock. A replica only
 * asks that server for a beat, through the topic {@code beats}.
 */
public final class ReplicaLog implements EventLog {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicaLog.class);

  private final KafkaProducer<byte[], byte[]> producer;
  private final TopicLayout layout;
  private final byte[] name = UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8);

  /** Opens the log at {@code kafka}. */
  public ReplicaLog(KafkaConnection kafka, TopicLayout layout) {
    this.producer = KafkaClients.producer(kafka);
    this.layout = layout;
  }

  @Override
  public CompletableFuture<Long> append(LogRecord record) {
    throw readOnly();
  }

  @Override
  public CompletableFuture<Long> appendAll(List<LogRecord> records) {
    throw readOnly();
  }

  @Override
  public int partition(String space) {
    return layout.logPartition(space);
  }

  @Override
  public CompletableFuture<Void> tick() {
    throw readOnly();
  }

  @Override
  public long flush() {
    throw readOnly();
  }

  @Override
  public void beat() {
    Future<RecordMetadata> unusedBecauseOfCallback =
        producer.send(
            new ProducerRecord<>(Topics.BEATS, 0, name, new byte[0]),
            (metadata, failure) -> {
              if (failure != null) {
                LOG.warn("A beat could not be asked for", failure);
              }
            });
  }

  @Override
  public boolean isAtRest() {
    return false;
  }

  @Override
  public void close() {
    producer.close();
  }

  private static IllegalStateException readOnly() {
    return new IllegalStateException("log: a replica appends nothing (expected the clock's owner)");
  }
}
