package dev.traitflow.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.core.space.KeptDefinition;
import dev.traitflow.core.space.SourceDefinition;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.log.EventLog;
import dev.traitflow.server.log.ExactJson;
import dev.traitflow.server.log.SpaceClock;
import dev.traitflow.server.log.TopicLayout;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The definitions of all spaces, as they stand.
 *
 * <p>A change goes into the space's log, where the jobs meet it at one place in the order, and into
 * the topic {@code spaces}, from where the next start reads it. Lookups read one immutable snapshot
 * and take no lock. Thread-safe.
 */
public final class SpaceRegistry {
  private final SpaceStorage storage;
  private final EventLog log;
  private final LongSupplier now;
  private final SecureRandom random = new SecureRandom();
  private final List<Consumer<List<SpaceDefinition>>> listeners = new CopyOnWriteArrayList<>();
  private Preparation preparation = (before, after) -> {};
  private long promotions;
  private volatile SpaceSnapshot snapshot;

  /**
   * A source that was found by its write key.
   *
   * @param space id of its space
   * @param source the source as that space defines it
   */
  public record SourceOfSpace(String space, SourceDefinition source) {
    /** The source's id. */
    public String id() {
      return source.idIn(space);
    }
  }

  /** What must be in the log before a change of a space is. */
  @FunctionalInterface
  public interface Preparation {
    /**
     * Prepares a change; other changes wait.
     *
     * @throws UnpreparedChangeException if it cannot; then the space stays as it is
     */
    void prepare(SpaceDefinition before, SpaceDefinition after);
  }

  /**
   * Opens the registry: reads what is kept.
   *
   * @param now the instant new traits are created at
   */
  public SpaceRegistry(SpaceStorage storage, EventLog log, LongSupplier now) {
    this.storage = storage;
    this.log = log;
    this.now = now;
    snapshot = load(storage);
  }

  private static SpaceSnapshot load(SpaceStorage storage) {
    Map<String, SpaceEntry> entries = new TreeMap<>();
    for (SpaceStorage.Stored stored : storage.load()) {
      entries.put(
          stored.id(),
          SpaceEntry.of(
              KeptDefinition.of(ExactJson.readOwn(stored.definition())),
              ExactJson.readOwn(stored.ledger())));
    }
    return SpaceSnapshot.of(entries);
  }

  /** Reads again what is kept: another server may have changed it. */
  public synchronized void refresh() {
    show(load(storage));
  }

  /** Opens the registry: reads the topic {@code spaces} to its end. */
  public static SpaceRegistry open(
      KafkaConnection kafka, TopicLayout layout, EventLog log, SpaceClock clock) {
    return new SpaceRegistry(new SpacesTopic(kafka, layout), log, clock::controlNow);
  }

  /**
   * Merges a file into its space, as {@link SpaceMerge} says; does nothing if the space is that
   * already. Keys that were deleted come back where the file names them.
   *
   * @param file the definition; without an id it is that of the space with the same slug, or of a
   *     new one
   * @return the definition as kept: with id, slots, versions, and hashes for tokens and write keys
   * @throws InvalidDefinitionException if it contradicts another space, what stays of this one, or
   *     what is fixed for good
   */
  public SpaceDefinition apply(SpaceDefinition file) throws InvalidDefinitionException {
    return apply(file, false);
  }

  /**
   * As {@link #apply(SpaceDefinition)}.
   *
   * @param prune whether what the file does not name goes too, of the lists that it has
   */
  public synchronized SpaceDefinition apply(SpaceDefinition file, boolean prune)
      throws InvalidDefinitionException {
    SpaceEntry current = currentOf(file);
    SpaceMerge merge = SpaceMerge.of(file, current, prune);
    SpaceEntry next = revised(merge, file, current);
    return replace(current, next).definition();
  }

  /**
   * What {@link #apply(SpaceDefinition, boolean)} would do; changes nothing.
   *
   * @throws InvalidDefinitionException if it would be refused
   */
  public synchronized SpacePlan plan(SpaceDefinition file, boolean prune)
      throws InvalidDefinitionException {
    SpaceEntry current = currentOf(file);
    SpaceMerge merge = SpaceMerge.of(file, current, prune);
    SpaceEntry next = revised(merge, file, current);
    return new SpacePlan(
        current == null ? null : current.definition(),
        next.definition(),
        SpaceChanges.of(current, merge.definition(), next, now.getAsLong()),
        merge.unmanaged());
  }

  private SpaceEntry revised(SpaceMerge merge, SpaceDefinition file, @Nullable SpaceEntry current)
      throws InvalidDefinitionException {
    SpaceDefinition wanted = merge.definition();
    String id =
        !file.id().isEmpty()
            ? file.id()
            : current != null ? current.definition().id() : RandomId.of("spa_", random);
    try {
      return revise(wanted, id, current, true).madeBy(merge.applied());
    } catch (InvalidDefinitionException invalid) {
      throw new InvalidDefinitionException(invalid.problems().stream().map(merge::inFile).toList());
    }
  }

  /**
   * Changes a space's definition as someone would edit its file: the change gets the definition
   * with each trait in its newest version and without what the system set.
   *
   * @param restore whether keys that were deleted may come back
   * @throws InvalidDefinitionException as {@link #apply}
   * @throws IllegalArgumentException if there is no such space
   */
  public synchronized SpaceDefinition edit(
      String idOrSlug, boolean restore, Consumer<ObjectNode> change)
      throws InvalidDefinitionException {
    SpaceEntry current = require(idOrSlug);
    ObjectNode json = current.wanted();
    change.accept(json);
    SpaceEntry next = revise(SpaceFiles.parse(json), current.definition().id(), current, restore);
    return replace(current, next).definition();
  }

  /** As {@link #edit(String, boolean, Consumer)}; no key that was deleted comes back. */
  public SpaceDefinition edit(String idOrSlug, Consumer<ObjectNode> change)
      throws InvalidDefinitionException {
    return edit(idOrSlug, false, change);
  }

  private @Nullable SpaceEntry currentOf(SpaceDefinition file) {
    return file.id().isEmpty()
        ? snapshot.bySlug().get(file.slug())
        : snapshot.byId().get(file.id());
  }

  private SpaceEntry revise(
      SpaceDefinition wanted, String id, @Nullable SpaceEntry current, boolean restore)
      throws InvalidDefinitionException {
    new SpaceConflicts(this, id, current).refuse(wanted);
    return SpaceRevision.revise(wanted, id, current, now.getAsLong(), random, restore);
  }

  /** Every version a trait ever had, oldest first; empty if there never was such a trait. */
  public List<JsonNode> versions(String idOrSlug, String key) {
    return require(idOrSlug).history().getOrDefault(key, List.of());
  }

  /** The place in the log of the space's definition. */
  public long offset(String idOrSlug) {
    return require(idOrSlug).offset();
  }

  /** Lets the computing of staged traits of a space rest, or go on. */
  public synchronized void pause(String idOrSlug, boolean paused) {
    SpaceEntry entry = require(idOrSlug);
    replace(entry, SpaceRevision.arrange(entry, entry.live(), entry.staged(), paused));
  }

  /** Gives up computing the staged version of a trait. False if there is none. */
  public synchronized boolean stop(String idOrSlug, String key) {
    SpaceEntry entry = require(idOrSlug);
    Map<String, ObjectNode> staged = entry.staged();
    if (staged.remove(key) == null) {
      return false;
    }
    replace(entry, SpaceRevision.arrange(entry, entry.live(), staged, entry.definition().paused()));
    return true;
  }

  /**
   * Makes the staged traits of a space the ones readers see, if its definition is still the one at
   * {@code offset}. Readers switch when this returns.
   *
   * @return false if there was nothing to do
   */
  public synchronized boolean promote(String id, long offset) {
    SpaceEntry entry = require(id);
    if (entry.offset() != offset || entry.staged().isEmpty()) {
      return false;
    }
    replace(entry, SpaceRevision.arrange(entry, entry.newest(), Map.of(), false));
    promotions++;
    return true;
  }

  /** How often {@link #promote} did something; waits for a change that is being made. */
  public synchronized long promotions() {
    return promotions;
  }

  /** Tells {@code listener} every definition now and whenever one has changed. */
  public synchronized void onChange(Consumer<List<SpaceDefinition>> listener) {
    listeners.add(listener);
    listener.accept(all());
  }

  /** Has every change from now on be prepared. */
  public synchronized void prepareBy(Preparation by) {
    preparation = by;
  }

  private SpaceEntry replace(@Nullable SpaceEntry current, SpaceEntry next) {
    if (current != null && current.definition().json().equals(next.definition().json())) {
      return remember(current, next.applied());
    }
    String id = next.definition().id();
    if (current != null) {
      preparation.prepare(current.definition(), next.definition());
      // First the slots alone: should we fall between log and topic, they are used up all the same.
      store(
          new SpaceEntry(
              current.definition(),
              next.slug(),
              next.nextSlot(),
              next.history(),
              current.applied(),
              current.offset()));
    }
    byte[] json = ExactJson.write(next.definition().json());
    SpaceSnapshot before = snapshot;
    // Shown before the jobs can meet it: what they write under it finds its readers prepared.
    show(before.with(next));
    try {
      SpaceEntry placed = next.at(log.append(LogRecord.define(id, 0, json)).join());
      store(placed);
      snapshot = before.with(placed);
      return placed;
    } catch (RuntimeException failure) {
      show(before);
      throw failure;
    }
  }

  /** Keeps what a file made that changed nothing else: there is nothing for the jobs in it. */
  private SpaceEntry remember(SpaceEntry current, AppliedFile applied) {
    if (current.applied().equals(applied)) {
      return current;
    }
    SpaceEntry entry = current.madeBy(applied);
    store(entry);
    snapshot = snapshot.with(entry);
    return entry;
  }

  private void show(SpaceSnapshot shown) {
    snapshot = shown;
    listeners.forEach(listener -> listener.accept(all()));
  }

  private SpaceEntry require(String idOrSlug) {
    SpaceEntry entry = entry(idOrSlug);
    if (entry == null) {
      throw new IllegalArgumentException("space: there is no " + idOrSlug);
    }
    return entry;
  }

  /** Every space, by id. */
  public List<SpaceDefinition> all() {
    return snapshot.byId().values().stream().map(SpaceEntry::definition).toList();
  }

  /** The space with this id or slug. */
  public Optional<SpaceDefinition> find(String idOrSlug) {
    return Optional.ofNullable(entry(idOrSlug)).map(SpaceEntry::definition);
  }

  /** The slug that names the space in URLs: that of its first name. */
  public String slug(SpaceDefinition space) {
    SpaceEntry entry = snapshot.byId().get(space.id());
    return entry == null ? space.slug() : entry.slug();
  }

  /** The source that has this write key, in the first of its spaces. */
  public Optional<SourceOfSpace> byWriteKey(String writeKey) {
    return allByWriteKey(writeKey).stream().findFirst();
  }

  /** The source that has this write key, once for each space it feeds; empty if there is none. */
  public List<SourceOfSpace> allByWriteKey(String writeKey) {
    return snapshot.byWriteKey(writeKey);
  }

  /** Every source, once for each space it feeds, in the order of the spaces' ids. */
  public List<SourceOfSpace> sources() {
    List<SourceOfSpace> all = new ArrayList<>();
    for (SpaceEntry entry : snapshot.byId().values()) {
      for (SourceDefinition source : entry.definition().sources()) {
        all.add(new SourceOfSpace(entry.definition().id(), source));
      }
    }
    return all;
  }

  /** True if the vendor's plan limits are wanted for the space with this id. */
  public boolean hasVendorLimits(String id) {
    SpaceEntry entry = snapshot.byId().get(id);
    return entry != null && entry.definition().vendorLimits();
  }

  /** True if a space wants callers with an unknown write key to get the vendor's 200. */
  public boolean answersAlways200() {
    return snapshot.byId().values().stream().anyMatch(entry -> entry.definition().always200());
  }

  /**
   * The space with this id or slug, if {@code token} may read it; empty both for an unknown space
   * and for a token of another one, so that an answer tells nothing.
   */
  public Optional<SpaceDefinition> readable(String idOrSlug, String token) {
    SpaceEntry entry = entry(idOrSlug);
    if (entry == null) {
      return Optional.empty();
    }
    boolean allowed = false;
    for (String hash : entry.tokenHashes()) {
      allowed |= SecretHash.matches(hash, token);
    }
    return allowed ? Optional.of(entry.definition()) : Optional.empty();
  }

  private @Nullable SpaceEntry entry(String idOrSlug) {
    SpaceSnapshot current = snapshot;
    SpaceEntry byId = current.byId().get(idOrSlug);
    return byId != null ? byId : current.bySlug().get(idOrSlug);
  }

  private void store(SpaceEntry entry) {
    storage.store(
        new SpaceStorage.Stored(
            entry.definition().id(),
            ExactJson.write(entry.definition().json()),
            ExactJson.write(entry.ledger())));
  }
}
