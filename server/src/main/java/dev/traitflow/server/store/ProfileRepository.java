package dev.traitflow.server.store;

import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.server.delivery.rows.DeliveryStore;
import dev.traitflow.server.log.TopicLayout;
import dev.traitflow.server.store.apply.RecordApplier;
import dev.traitflow.server.store.apply.TopicFollower;
import dev.traitflow.server.store.barrier.MarkerLedger;
import dev.traitflow.server.store.barrier.MarkerLedger.Placed;
import dev.traitflow.server.store.barrier.PipelineProgress;
import dev.traitflow.server.store.barrier.PipelineProgress.Rescoring;
import dev.traitflow.server.store.read.LiveVersions;
import dev.traitflow.server.store.read.ProfileView;
import dev.traitflow.server.store.rows.RowStore;
import dev.traitflow.server.store.rows.StoreKey;
import dev.traitflow.server.store.rows.StoredDefinitions;
import dev.traitflow.server.store.rows.Table;
import dev.traitflow.server.store.rows.Tables;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The profiles in RocksDB, as the jobs' topics say them. It answers every read itself and asks no
 * job: values by a {@link ProfileView}, how far they are right by {@link PipelineProgress}.
 *
 * <p>It can be opened without Kafka, to read what a stopped instance left behind. Reads are
 * thread-safe; {@link TopicFollower} alone writes.
 */
public final class ProfileRepository implements AutoCloseable {
  private final RowStore rows;
  private final RecordApplier applier;
  private final DeliveryStore deliveries;
  private final MarkerLedger ledger = new MarkerLedger();
  private final PipelineProgress progress = new PipelineProgress(ledger, this::partitions);
  private final boolean readOnly;
  private volatile LiveVersions liveVersions;

  private ProfileRepository(RowStore rows, boolean readOnly) {
    this.rows = rows;
    this.readOnly = readOnly;
    this.deliveries = new DeliveryStore(rows);
    this.applier = new RecordApplier(rows, deliveries);
    ledger.accept(markers());
    liveVersions = LiveVersions.of(StoredDefinitions.of(rows));
  }

  /** Opens the store of a data directory, to be written by one {@link TopicFollower}. */
  public static ProfileRepository open(Path dataDirectory) throws IOException {
    return new ProfileRepository(RowStore.open(RowStore.in(dataDirectory), false), false);
  }

  /**
   * Opens what an instance left in a data directory, without changing it.
   *
   * @throws IOException if there is none
   */
  public static ProfileRepository openReadOnly(Path dataDirectory) throws IOException {
    return new ProfileRepository(RowStore.open(RowStore.in(dataDirectory), true), true);
  }

  /**
   * Follows the jobs' topics from where the store stands.
   *
   * @param told what runs, by topic, after records of it came and were applied; of a topic that is
   *     not applied, the first partition is read from its end on
   * @return the follower, to be closed before the store
   */
  public TopicFollower follow(
      KafkaConnection kafka, TopicLayout layout, Map<String, Runnable> told) {
    return TopicFollower.start(kafka, layout, applier(), ledger, told);
  }

  /** Shows from now on the values of the versions of traits that these definitions name. */
  public void show(Collection<SpaceDefinition> spaces) {
    liveVersions = LiveVersions.of(spaces);
  }

  /** Marks from now on the changes that destinations of these definitions must be notified of. */
  public void mark(Collection<SpaceDefinition> spaces) {
    applier.watch(spaces);
  }

  /** The profiles as they are now; to be closed after use. */
  public ProfileView view() {
    // The versions first: a value of a version just made live is in the store before.
    LiveVersions live = liveVersions;
    return new ProfileView(rows.picture(), live, applier.staged());
  }

  /** How far the jobs are. */
  public PipelineProgress progress() {
    return progress;
  }

  /** {@link PipelineProgress#asOf} of the values of a space. */
  public OptionalLong asOf(String space) {
    return progress.asOf();
  }

  /** {@link PipelineProgress#asOf} of the values of any space. */
  public OptionalLong asOf() {
    return progress.asOf();
  }

  /** {@link PipelineProgress#defined}. */
  public long defined(String space) {
    return progress.defined(space);
  }

  /** {@link PipelineProgress#swept}. */
  public long swept(String space) {
    return progress.swept(space);
  }

  /** {@link PipelineProgress#rescoring}. */
  public Rescoring rescoring(String space) {
    return progress.rescoring(space);
  }

  /** {@link PipelineProgress#counts}. */
  public Map<String, Long> counts() {
    return progress.counts();
  }

  /** What delivery keeps. */
  public DeliveryStore deliveries() {
    return deliveries;
  }

  /** True once the space has received an interaction of a contact center. */
  public boolean hasFlexInteraction(String space) {
    return rows.get(Tables.Spaces.flex(space)) != null;
  }

  /** The definitions of the spaces that have any, as JSON by id, tokens hashed. */
  public Map<String, byte[]> definitions() {
    return StoredDefinitions.json(rows);
  }

  @Override
  public void close() {
    applier.close();
    rows.close();
  }

  MarkerLedger ledger() {
    return ledger;
  }

  RecordApplier applier() {
    if (readOnly) {
      throw new IllegalStateException("store: is open for reading only (expected for writing)");
    }
    return applier;
  }

  private List<Placed> markers() {
    List<Placed> markers = new ArrayList<>();
    try (RowStore.Picture picture = rows.picture()) {
      picture.scan(
          Table.MARKERS.prefix(),
          (key, value) -> {
            StoreKey.Reader fields = new StoreKey.Reader(key);
            String topic = fields.text();
            int partition = (int) fields.number();
            markers.add(new Placed(topic, partition, Marker.CODEC.decode(value)));
            return true;
          });
    }
    return markers;
  }

  private int partitions(String topic) {
    byte[] stored = rows.get(Tables.Partitions.count(topic));
    return stored == null ? 0 : Tables.Partitions.decodeCount(stored);
  }
}
