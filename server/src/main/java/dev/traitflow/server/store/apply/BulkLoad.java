package dev.traitflow.server.store.apply;

import dev.traitflow.core.topic.IdentityChange;
import dev.traitflow.core.topic.ProfileChange;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.server.delivery.rows.DeliveryStore;
import dev.traitflow.server.store.rows.RowStore;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Fills the store of a data directory without Kafka, before an instance starts on it: a million
 * profiles to measure reads with are there in minutes. The offsets of the topics stay at their
 * beginning, and whatever a job says later wins.
 */
public final class BulkLoad implements AutoCloseable {
  /** Applying a record sets the next offset behind its own: so the next one is the first. */
  private static final long BEFORE_THE_FIRST = -1;

  private static final int RECORDS_A_BATCH = 5_000;

  private final RowStore rows;
  private final RecordApplier applier;
  private int pending;

  private BulkLoad(RowStore rows) {
    this.rows = rows;
    this.applier = new RecordApplier(rows, new DeliveryStore(rows));
  }

  /** Opens the store, which is made if it is missing. No instance may run on the directory. */
  public static BulkLoad open(Path dataDirectory) throws IOException {
    return new BulkLoad(RowStore.open(RowStore.in(dataDirectory), false));
  }

  /** Adds an identifier. */
  public void add(IdentityChange change) {
    add(Topics.IDENTIFIERS, change.topicKey(), IdentityChange.CODEC.encode(change));
  }

  /** Adds a value. */
  public void add(ProfileChange change) {
    add(Topics.PROFILE_CHANGES, change.topicKey(), ProfileChange.CODEC.encode(change));
  }

  private void add(String topic, byte[] key, byte[] value) {
    applier.apply(topic, 0, BEFORE_THE_FIRST, key, value);
    if (++pending == RECORDS_A_BATCH) {
      commit();
    }
  }

  private void commit() {
    applier.commit();
    pending = 0;
  }

  @Override
  public void close() {
    commit();
    applier.close();
    rows.close();
  }
}
