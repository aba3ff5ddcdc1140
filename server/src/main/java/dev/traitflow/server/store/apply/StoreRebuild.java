package dev.traitflow.server.store.apply;

import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.server.delivery.rows.DeliveryStore;
import dev.traitflow.server.log.KafkaClients;
import dev.traitflow.server.log.TopicLayout;
import dev.traitflow.server.store.rows.RowStore;
import dev.traitflow.server.store.rows.Table;
import dev.traitflow.server.store.rows.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Builds the store of a data directory anew from the topics.
 *
 * <p>The new store is made beside the old one, which stays until the new one is whole. What
 * destinations were told is in no topic and is taken over; else they would be told everything
 * again.
 */
public final class StoreRebuild {
  private static final Duration PATIENCE = Duration.ofMillis(500);
  private static final int BATCH_ROWS_MAX = 10_000;
  private static final List<Table> TAKEN_OVER =
      List.of(Table.MARKS, Table.SENT, Table.PENDING, Table.CAPTURED, Table.ANSWERS);

  private final Path current;
  private final Path next;
  private final Path old;

  /** Sees how far it has come. */
  public interface Progress {
    /** So many records of so many are applied. */
    void at(long done, long total);
  }

  private StoreRebuild(Path dataDirectory) {
    current = RowStore.in(dataDirectory);
    next = current.resolveSibling(current.getFileName() + ".new");
    old = current.resolveSibling(current.getFileName() + ".old");
  }

  /**
   * Builds the store anew from what the topics hold now; nobody else may have it open.
   *
   * @return how many records were applied
   * @throws IOException if the directory cannot be used
   */
  public static long run(
      KafkaConnection kafka, TopicLayout layout, Path dataDirectory, Progress progress)
      throws IOException {
    StoreRebuild rebuild = new StoreRebuild(dataDirectory);
    if (!Files.exists(rebuild.current) && Files.exists(rebuild.old)) {
      // The last rebuild ended between its two moves.
      Files.move(rebuild.old, rebuild.current);
    }
    delete(rebuild.next);
    delete(rebuild.old);
    long applied;
    try (RowStore rows = RowStore.open(rebuild.next, false)) {
      Map<TopicPartition, Long> known =
          Files.exists(rebuild.current) ? rebuild.takeOver(rows, layout) : Map.of();
      applied = apply(kafka, layout, rows, known, progress);
    }
    if (Files.exists(rebuild.current)) {
      Files.move(rebuild.current, rebuild.old);
    }
    Files.move(rebuild.next, rebuild.current);
    delete(rebuild.old);
    return applied;
  }

  /**
   * Takes over what no topic has.
   *
   * @return how far the old store had read each partition
   */
  private Map<TopicPartition, Long> takeOver(RowStore to, TopicLayout layout) throws IOException {
    Map<TopicPartition, Long> known = new HashMap<>();
    try (RowStore from = RowStore.open(current, true);
        RowStore.Picture picture = from.picture();
        WriteBatch batch = new WriteBatch()) {
      for (Table table : TAKEN_OVER) {
        picture.scan(
            table.prefix(),
            (key, value) -> {
              put(batch, key, value);
              if (batch.count() >= BATCH_ROWS_MAX) {
                to.write(batch);
                batch.clear();
              }
              return true;
            });
      }
      to.write(batch);
      for (TopicPartition place : places(layout)) {
        byte[] offset = from.get(Tables.Partitions.offset(place.topic(), place.partition()));
        known.put(place, offset == null ? 0 : Tables.Partitions.decode(offset));
      }
    }
    return known;
  }

  private static List<TopicPartition> places(TopicLayout layout) {
    List<TopicPartition> places = new ArrayList<>();
    for (String topic : TopicFollower.FOLLOWED) {
      for (int partition = 0; partition < layout.profilePartitions(); partition++) {
        places.add(new TopicPartition(topic, partition));
      }
    }
    return places;
  }

  private static void put(WriteBatch batch, byte[] key, byte[] value) {
    try {
      batch.put(key, value);
    } catch (RocksDBException failure) {
      throw new IllegalStateException("store: a row could not be taken over", failure);
    }
  }

  /**
   * Applies the topics as far as the old store had; the next start goes on from there and tells
   * destinations what comes then.
   */
  private static long apply(
      KafkaConnection kafka,
      TopicLayout layout,
      RowStore rows,
      Map<TopicPartition, Long> known,
      Progress progress) {
    List<TopicPartition> places = places(layout);
    long done = 0;
    try (RecordApplier applier = new RecordApplier(rows, new DeliveryStore(rows));
        KafkaConsumer<byte[], byte[]> consumer = KafkaClients.consumer(kafka)) {
      for (String topic : TopicFollower.FOLLOWED) {
        applier.rememberPartitions(topic, layout.profilePartitions());
      }
      applier.commit();
      consumer.assign(places);
      consumer.seekToBeginning(places);
      Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(places));
      ends.replaceAll((place, end) -> Math.min(end, known.getOrDefault(place, end)));
      Map<TopicPartition, Long> begins = consumer.beginningOffsets(places);
      long total = sum(ends) - sum(begins);
      long left = total;
      while (left > 0) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(PATIENCE);
        for (ConsumerRecord<byte[], byte[]> record : records) {
          TopicPartition place = new TopicPartition(record.topic(), record.partition());
          if (record.offset() < ends.getOrDefault(place, 0L)) {
            applier.apply(
                record.topic(), record.partition(), record.offset(), record.key(), record.value());
            done++;
          }
        }
        applier.commit();
        // By position, not by records: compaction leaves offsets without one.
        left = 0;
        for (TopicPartition place : places) {
          left += Math.max(0, ends.getOrDefault(place, 0L) - consumer.position(place));
        }
        progress.at(total - left, total);
      }
    }
    return done;
  }

  private static long sum(Map<TopicPartition, Long> offsets) {
    return offsets.values().stream().mapToLong(Long::longValue).sum();
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
