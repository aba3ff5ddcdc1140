package dev.traitflow.server.store.apply;

import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.Insight;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.topic.IdentityChange;
import dev.traitflow.core.topic.IdentityChange.Deleted;
import dev.traitflow.core.topic.IdentityChange.Mapped;
import dev.traitflow.core.topic.IdentityChange.Unmapped;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.ProfileChange;
import dev.traitflow.core.topic.ProfileChange.Absorbed;
import dev.traitflow.core.topic.ProfileChange.Staged;
import dev.traitflow.core.topic.ProfileChange.Value;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.server.delivery.rows.DeliveryMarks;
import dev.traitflow.server.delivery.rows.DeliveryStore;
import dev.traitflow.server.delivery.rows.SourceCalls;
import dev.traitflow.server.delivery.rows.Subscriptions;
import dev.traitflow.server.store.barrier.MarkerLedger.Placed;
import dev.traitflow.server.store.rows.Pointer;
import dev.traitflow.server.store.rows.RowStore;
import dev.traitflow.server.store.rows.StagedSpaces;
import dev.traitflow.server.store.rows.StoreKey;
import dev.traitflow.server.store.rows.StoredDefinitions;
import dev.traitflow.server.store.rows.StoredTrait;
import dev.traitflow.server.store.rows.Table;
import dev.traitflow.server.store.rows.Tables;
import dev.traitflow.server.store.rows.Tables.Events;
import dev.traitflow.server.store.rows.Tables.Pairs;
import dev.traitflow.server.store.rows.Tables.Partitions;
import dev.traitflow.server.store.rows.Tables.Pointers;
import dev.traitflow.server.store.rows.Tables.Spaces;
import dev.traitflow.server.store.rows.Tables.Traits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Applies records of the topics to the rows, in batches.
 *
 * <p>Laws: a batch holds the offsets up to which it was applied, so that a record applied before a
 * crash is not applied again after it; applying a record a second time would change nothing. Values
 * of an older attempt than the newest of their partition are ignored. An identifier belongs to the
 * profile of the highest sequence. One thread applies.
 */
public final class RecordApplier implements AutoCloseable {
  private static final byte[] NOTHING = new byte[0];

  private final RowStore rows;
  private final WriteBatch batch = new WriteBatch();
  private final DeliveryMarks marks;
  private final SourceCalls sourceCalls;
  private final MembershipCarry memberships;
  private final Map<Position, Long> offsets = new HashMap<>();
  private final Map<Position, Long> attempts = new HashMap<>();
  private final IdentifierRows identifiers;
  private final InsightRows insights;
  private final FlexInteractions interactions = new FlexInteractions(batch);
  private final DeletedProfiles deleted;
  private final List<Placed> markersInBatch = new ArrayList<>();
  private boolean stagedInBatch;
  private final StagedSpaces staged;

  /**
   * A partition of a topic.
   *
   * @param topic the topic
   * @param partition the partition
   */
  private record Position(String topic, int partition) {}

  /** Applies to {@code rows}; destinations are notified as the definitions that lie there say. */
  public RecordApplier(RowStore rows, DeliveryStore deliveries) {
    this.staged = new StagedSpaces(rows);
    this.rows = rows;
    this.marks = new DeliveryMarks(rows, batch, deliveries.nextMark());
    this.sourceCalls = new SourceCalls(rows, batch, deliveries);
    this.memberships = new MembershipCarry(rows, batch, marks);
    this.deleted = new DeletedProfiles(rows, batch);
    this.insights = new InsightRows(rows, batch, deleted);
    this.identifiers = new IdentifierRows(rows, batch, marks, insights);
    watch(StoredDefinitions.of(rows));
  }

  /** The spaces that have rows of staged values, those of this batch too. */
  public StagedSpaces staged() {
    return staged;
  }

  /** The offset to go on reading a partition from; 0 if nothing of it was applied. */
  public long nextOffset(String topic, int partition) {
    byte[] stored = rows.get(Partitions.offset(topic, partition));
    return stored == null ? 0 : Partitions.decode(stored);
  }

  /** Applies one record; it is in the rows after {@link #commit}. */
  public void apply(String topic, int partition, long offset, byte[] key, byte @Nullable [] value) {
    Position position = new Position(topic, partition);
    try {
      if (value != null) {
        if (topic.equals(Topics.SPACES)) {
          put(Spaces.definition(new String(key, StandardCharsets.UTF_8)), value);
        } else if (Marker.isMarkerKey(key)) {
          mark(position, Marker.CODEC.decode(value));
        } else {
          applyRecord(position, value);
        }
      }
      offsets.put(position, offset + 1);
    } catch (RocksDBException failure) {
      throw new IllegalStateException(
          topic + " " + partition + " at " + offset + ": could not be applied", failure);
    }
  }

  /**
   * Writes what was applied since the last time.
   *
   * @return the markers among it, in the order of their partitions
   */
  public List<Placed> commit() {
    write();
    List<Placed> markers = List.copyOf(markersInBatch);
    markersInBatch.clear();
    return markers;
  }

  /** Keeps the number of partitions of a topic; written with the next batch. */
  public void rememberPartitions(String topic, int partitions) {
    try {
      put(Partitions.count(topic), Partitions.encodeCount(partitions));
    } catch (RocksDBException failure) {
      throw new IllegalStateException(topic + ": its partitions could not be kept", failure);
    }
  }

  /** From now on destinations are notified as these definitions say. */
  public void watch(Collection<SpaceDefinition> spaces) {
    marks.watch(Subscriptions.of(spaces));
    sourceCalls.watch(spaces);
  }

  @Override
  public void close() {
    batch.close();
  }

  private void applyRecord(Position position, byte[] value) throws RocksDBException {
    switch (position.topic) {
      case Topics.PROFILE_EVENTS -> {
        ResolvedEvent resolved = ResolvedEvent.CODEC.decode(value);
        if (!deleted.contains(resolved.space(), resolved.profile())) {
          if (!moveAway(resolved, ResolvedEvent.movedFrom(value))) {
            sourceCalls.arrived(resolved, Events.key(resolved));
          }
          put(Events.key(resolved), value);
          link(resolved);
          interactions.see(resolved);
        }
      }
      case Topics.IDENTIFIERS -> applyIdentity(IdentityChange.CODEC.decode(value));
      case Topics.INSIGHTS -> insights.add(Insight.CODEC.decode(value));
      case Topics.PROFILE_CHANGES -> applyChange(position, ProfileChange.CODEC.decode(value));
      default ->
          throw new IllegalArgumentException(
              "topic: got " + position.topic + " (expected one that the store follows)");
    }
  }

  /** An unmerge gave the event to another profile, and with a group call the link. */
  private boolean moveAway(ResolvedEvent resolved, @Nullable String from) throws RocksDBException {
    if (from == null) {
      return false;
    }
    ResolvedEvent before = resolved.of(from);
    batch.delete(Events.key(before));
    Identifier account = before.account();
    if (account != null) {
      String profile = ProfileIds.ofAccount(before.space(), account.value());
      batch.delete(Pairs.link(before.space(), from, profile));
      batch.delete(Pairs.link(before.space(), profile, from));
    }
    return true;
  }

  /** The group call in a user's history is the link; merges of users are followed by readers. */
  private void link(ResolvedEvent resolved) throws RocksDBException {
    Identifier account = resolved.account();
    if (account != null) {
      String space = resolved.space();
      String profile = ProfileIds.ofAccount(space, account.value());
      put(Pairs.link(space, resolved.profile(), profile), NOTHING);
      put(Pairs.link(space, profile, resolved.profile()), NOTHING);
    }
  }

  private void applyIdentity(IdentityChange change) throws RocksDBException {
    if (change.body() instanceof Mapped mapped) {
      if (!deleted.contains(change.space(), mapped.profile())) {
        identifiers.map(change, mapped);
      }
    } else if (change.body() instanceof Unmapped unmapped) {
      write();
      identifiers.unmap(change, unmapped);
    } else if (change.body() instanceof Deleted gone) {
      write();
      deleted.add(change.space(), gone.profile());
      insights.forget(change.space(), gone.profile());
    }
  }

  private void applyChange(Position position, ProfileChange change) throws RocksDBException {
    if (!isNewestAttempt(position, change.attempt())
        || deleted.contains(change.space(), change.profile())) {
      return;
    }
    if (change.body() instanceof Value body) {
      TraitValue value = body.value();
      if (memberships.concerns(change.space(), change.profile(), value)) {
        write();
        memberships.carry(change, change.profile(), value);
      } else {
        marks.valueSet(change.space(), change.profile(), value);
        dropStaged(change, value);
        setTrait(Traits.key(change.space(), change.profile(), value.key()), value, change);
      }
    } else if (change.body() instanceof Staged body) {
      staged.add(change.space());
      stagedInBatch = true;
      setTrait(stagedKey(change, body.value()), body.value(), change);
    } else if (change.body() instanceof Absorbed absorbed) {
      absorb(change, absorbed);
    }
  }

  /**
   * A version that is set where live ones are is staged no longer. The fold withdraws what it has
   * staged itself, but not what an attempt before it had: after a restart from an older checkpoint
   * it may meet a profile only when the version is live already.
   */
  private void dropStaged(ProfileChange change, TraitValue value) throws RocksDBException {
    if (value.traitClass() == TraitClass.COMPUTED && staged.has(change.space())) {
      byte[] key = stagedKey(change, value);
      if (stagedInBatch || rows.get(key) != null) {
        batch.delete(key);
      }
    }
  }

  private void setTrait(byte[] key, TraitValue value, ProfileChange change)
      throws RocksDBException {
    byte[] json = value.json();
    if (json == null) {
      batch.delete(key);
    } else {
      put(key, StoredTrait.encode(value, json, change.attempt(), change.asOf()));
    }
  }

  private void absorb(ProfileChange change, Absorbed absorbed) throws RocksDBException {
    String space = change.space();
    String survivor = change.profile();
    byte[] key = Pointers.key(space, absorbed.loser());
    // What is pending is written first, so that the loser's rows can be found. Then each is deleted
    // by itself: range tombstones, one a merge, would slow down every later read.
    write();
    byte[] known = rows.get(key);
    if (known != null) {
      Pointer before = Pointer.decode(known);
      boolean isLater =
          before.sequence() > absorbed.sequence()
              || (before.sequence() == absorbed.sequence()
                  && ProfileIds.continuation(before.survivor())
                      > ProfileIds.continuation(survivor));
      if (isLater) {
        return;
      }
      batch.delete(Pairs.absorbed(space, before.survivor(), absorbed.loser()));
    }
    put(key, new Pointer(survivor, absorbed.sequence()).encode());
    put(Pairs.absorbed(space, survivor, absorbed.loser()), NOTHING);
    marks.absorbed(space, survivor, absorbed.loser());
    List<byte[]> traitsOfLoser = new ArrayList<>();
    List<TraitValue> valuesOfLoser = new ArrayList<>();
    try (RowStore.Picture picture = rows.picture()) {
      for (Table table : List.of(Table.TRAITS, Table.STAGED)) {
        picture.scan(
            StoreKey.of(table).text(space).text(absorbed.loser()).bytes(),
            (row, value) -> {
              String trait = new StoreKey.Reader(row).skip(2).text();
              traitsOfLoser.add(row);
              valuesOfLoser.add(StoredTrait.decode(trait, value));
              return true;
            });
      }
    }
    for (TraitValue value : valuesOfLoser) {
      memberships.carry(change, survivor, value);
    }
    for (byte[] row : traitsOfLoser) {
      batch.delete(row);
    }
  }

  private boolean isNewestAttempt(Position position, long attempt) throws RocksDBException {
    Long known = attempts.get(position);
    if (known == null) {
      byte[] stored = rows.get(Partitions.attempt(position.topic, position.partition));
      known = stored == null ? Long.MIN_VALUE : Partitions.decode(stored);
      attempts.put(position, known);
    }
    if (attempt > known) {
      attempts.put(position, attempt);
      put(Partitions.attempt(position.topic, position.partition), Partitions.encode(attempt));
    }
    return attempt >= known;
  }

  private void mark(Position position, Marker marker) throws RocksDBException {
    if (!isNewestAttempt(position, marker.attempt())) {
      return;
    }
    put(
        Partitions.marker(position.topic, position.partition, marker.stage(), marker.subtask()),
        Marker.CODEC.encode(marker));
    markersInBatch.add(new Placed(position.topic, position.partition, marker));
  }

  private void write() {
    try {
      for (Map.Entry<Position, Long> offset : offsets.entrySet()) {
        Position position = offset.getKey();
        put(
            Partitions.offset(position.topic, position.partition),
            Partitions.encode(offset.getValue()));
      }
      sourceCalls.complete();
    } catch (RocksDBException failure) {
      throw new IllegalStateException("store: the offsets could not be added", failure);
    }
    if (batch.count() > 0) {
      rows.write(batch);
      batch.clear();
    }
    offsets.clear();
    stagedInBatch = false;
    marks.written();
    identifiers.written();
  }

  private void put(byte[] key, byte[] value) throws RocksDBException {
    batch.put(key, value);
  }

  private static byte[] stagedKey(ProfileChange change, TraitValue value) {
    return Tables.Staged.key(change.space(), change.profile(), value.key(), value.version());
  }
}
