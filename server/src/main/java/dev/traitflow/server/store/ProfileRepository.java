package dev.traitflow.server.store;

import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.server.log.ExactJson;
import dev.traitflow.server.store.MarkerLedger.Placed;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The profiles in RocksDB, as told by the topics {@code profiles.events}, {@code identifiers} and
 * {@code profiles.changes}. It answers every read itself and asks no job.
 *
 * <p>It can be opened without Kafka, to read what a stopped instance left behind. Reads are
 * thread-safe; {@link TopicFollower} alone writes.
 */
public final class ProfileRepository implements AutoCloseable {
  /** The stage that marks {@code identifiers}; its counts say what became of the calls. */
  static final String RESOLVE = "resolve";

  /** The stage that marks {@code profiles.events}. */
  static final String HISTORY = "history";

  /** The stage that marks {@code profiles.changes} behind the values of users. */
  static final String FOLD = "fold";

  /** The stage that marks {@code profiles.changes} behind the values of accounts. */
  static final String ACCOUNTS = "accounts";

  /** Where in a data directory the store lies. */
  static final String DIRECTORY = "store";

  private static final Set<String> FLUSHES = Set.of("flush", "scored");

  private final RowStore rows;
  private final RecordApplier applier;
  private final DeliveryStore deliveries;
  private final MarkerLedger ledger = new MarkerLedger();
  private final boolean readOnly;
  private volatile LiveVersions liveVersions = LiveVersions.NONE;

  /** What was last computed: every read asks for it, and it changes with markers only. */
  private volatile @Nullable AsOf newestAsOf;

  private record AsOf(long version, OptionalLong at) {}

  private ProfileRepository(RowStore rows, boolean readOnly) {
    this.rows = rows;
    this.readOnly = readOnly;
    this.deliveries = new DeliveryStore(rows);
    this.applier = new RecordApplier(rows, deliveries);
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
    ledger.accept(markers);
    List<SpaceDefinition> known =
        definitions().values().stream().map(ProfileRepository::parse).toList();
    show(known);
    mark(known);
  }

  /** Shows from now on the values of the versions of traits that these definitions name. */
  public void show(Collection<SpaceDefinition> spaces) {
    liveVersions = LiveVersions.of(spaces);
  }

  /**
   * Marks from now on the changes that destinations of these definitions may have to be told of.
   */
  public void mark(Collection<SpaceDefinition> spaces) {
    applier.watch(spaces);
  }

  private static SpaceDefinition parse(byte[] json) {
    return SpaceDefinition.kept(ExactJson.readOwn(json), new ArrayList<>());
  }

  /**
   * The place in the log of the definition of a space that every profile has been brought to; -1
   * while the jobs have not said so.
   */
  public long defined(String space) {
    int partitions = partitions(Topics.PROFILE_CHANGES);
    String name = "defined/" + space;
    return Math.min(
        ledger.smallest(Topics.PROFILE_CHANGES, partitions, FOLD, name),
        ledger.smallest(Topics.PROFILE_CHANGES, partitions, ACCOUNTS, name));
  }

  /** How many profiles have been brought to the newest definition while that goes on. */
  public long swept(String space) {
    return ledger.newest(Topics.PROFILE_CHANGES, FOLD).values().stream()
        .mapToLong(marker -> marker.counts().getOrDefault("swept/" + space, 0L))
        .sum();
  }

  /**
   * How far the scoring of everybody in a space is.
   *
   * @param order place in the log of the newest order that every subtask has begun; -1 if none
   * @param scored known profiles that were sent to the scorers for it so far
   * @param isDone true if all were
   */
  public record Rescoring(long order, long scored, boolean isDone) {}

  /** How far the newest scoring of everybody in a space is, as the jobs have told. */
  public Rescoring rescoring(String space) {
    int partitions = partitions(Topics.PROFILE_CHANGES);
    long order = ledger.smallest(Topics.PROFILE_CHANGES, partitions, FOLD, "round/" + space);
    long scored = 0;
    boolean isDone = true;
    for (Marker marker : ledger.newest(Topics.PROFILE_CHANGES, FOLD).values()) {
      long ofSubtask = marker.counts().getOrDefault("rescored/" + space, -1L);
      isDone &= ofSubtask < 0;
      scored += Math.max(0, ofSubtask);
    }
    return new Rescoring(order, scored, isDone);
  }

  /** Opens the store of a data directory, to be written by one {@link TopicFollower}. */
  public static ProfileRepository open(Path dataDirectory) throws IOException {
    return new ProfileRepository(RowStore.open(dataDirectory.resolve(DIRECTORY), false), false);
  }

  /**
   * Opens what an instance left in a data directory, without changing it.
   *
   * @throws IOException if there is none
   */
  public static ProfileRepository openReadOnly(Path dataDirectory) throws IOException {
    return new ProfileRepository(RowStore.open(dataDirectory.resolve(DIRECTORY), true), true);
  }

  /** The profiles as they are now; to be closed after use. */
  public ProfileView view() {
    // The versions first: a value of a version just made live is in the store before.
    LiveVersions live = liveVersions;
    return new ProfileView(rows.picture(), live, applier.staged);
  }

  /**
   * The instant at which the values of a space are right: they show everything up to it. Empty
   * before the jobs have marked every partition.
   */
  public OptionalLong asOf(String space) {
    return asOf();
  }

  /** The same for any space: all share the partitions and so the answer. */
  public OptionalLong asOf() {
    long version = ledger.version();
    AsOf known = newestAsOf;
    if (known == null || known.version != version) {
      known = new AsOf(version, computeAsOf());
      newestAsOf = known;
    }
    return known.at;
  }

  /**
   * When time alone changes a value next, epoch milliseconds. Empty if the values do not show
   * everything up to and including {@code at} yet, or if the jobs have not said.
   */
  public OptionalLong due(long at) {
    OptionalLong asOf = asOf();
    if (asOf.isEmpty() || asOf.getAsLong() <= at) {
      return OptionalLong.empty();
    }
    int partitions = partitions(Topics.PROFILE_CHANGES);
    long users = ledger.smallest(Topics.PROFILE_CHANGES, partitions, FOLD, Marker.DUE);
    long accounts = ledger.smallest(Topics.PROFILE_CHANGES, partitions, ACCOUNTS, Marker.DUE);
    long due = Math.min(users, accounts);
    return due < 0 ? OptionalLong.empty() : OptionalLong.of(due);
  }

  private OptionalLong computeAsOf() {
    int partitions = partitions(Topics.PROFILE_CHANGES);
    if (partitions == 0) {
      return OptionalLong.empty();
    }
    OptionalLong users = ledger.asOf(Topics.PROFILE_CHANGES, partitions, FOLD);
    OptionalLong accounts = ledger.asOf(Topics.PROFILE_CHANGES, partitions, ACCOUNTS);
    if (users.isEmpty() || accounts.isEmpty()) {
      return OptionalLong.empty();
    }
    long at = Math.min(users.getAsLong(), accounts.getAsLong());
    // Before the first event of an event clock no instant has been reached.
    return at < 0 ? OptionalLong.empty() : OptionalLong.of(at);
  }

  /** True if every stage has marked every partition at least once. */
  public boolean isComplete() {
    return missing(RESOLVE, Topics.IDENTIFIERS, Long.MIN_VALUE).isEmpty()
        && missing(HISTORY, Topics.PROFILE_EVENTS, Long.MIN_VALUE).isEmpty()
        && missing(FOLD, Topics.PROFILE_CHANGES, Long.MIN_VALUE).isEmpty()
        && missing(ACCOUNTS, Topics.PROFILE_CHANGES, Long.MIN_VALUE).isEmpty();
  }

  /**
   * What became of the calls so far, summed over the log's partitions, by names such as {@code
   * accepted/SPACE/ORIGIN}. {@code flush} and {@code scored} are numbers of flushes and so the
   * smallest of the partitions: a flush has passed when it has in all. Calls that were taken
   * without a part of them are counted where that is found, as {@code refused.CODE/SPACE/SOURCE}.
   */
  public Map<String, Long> counts() {
    Map<String, Long> sum = new TreeMap<>();
    for (Marker marker : ledger.newest(Topics.IDENTIFIERS, RESOLVE).values()) {
      marker
          .counts()
          .forEach(
              (name, count) ->
                  sum.merge(name, count, FLUSHES.contains(name) ? Math::min : Long::sum));
    }
    sum.remove(Marker.FLUSH_OFFSET);
    addRefused(Topics.PROFILE_EVENTS, HISTORY, sum);
    addRefused(Topics.PROFILE_CHANGES, ACCOUNTS, sum);
    return sum;
  }

  private void addRefused(String topic, String stage, Map<String, Long> sum) {
    for (Marker marker : ledger.newest(topic, stage).values()) {
      marker
          .counts()
          .forEach(
              (name, count) -> {
                if (name.startsWith(Marker.REFUSED)) {
                  sum.merge(name, count, Long::sum);
                }
              });
    }
  }

  /** The greatest number of a flush that was passed; 0 if there was none. */
  public long newestFlush() {
    return ledger.newest(Topics.IDENTIFIERS, RESOLVE).values().stream()
        .mapToLong(Marker::flush)
        .max()
        .orElse(0);
  }

  /** The place in a lane of the log up to which the jobs are known to have come; -1 if none is. */
  public long passed(int lane) {
    return ledger.newest(Topics.IDENTIFIERS, RESOLVE).values().stream()
        .filter(marker -> marker.subtask() == lane)
        .mapToLong(marker -> marker.counts().getOrDefault(Marker.FLUSH_OFFSET, -1L))
        .max()
        .orElse(-1);
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
    Map<String, byte[]> definitions = new TreeMap<>();
    try (RowStore.Picture picture = rows.picture()) {
      picture.scan(
          Table.DEFINITIONS.prefix(),
          (key, value) -> {
            definitions.put(new StoreKey.Reader(key).text(), value);
            return true;
          });
    }
    return definitions;
  }

  /**
   * Writes every canonical profile of a space as NDJSON, sorted by id.
   *
   * @param collection {@code users}, {@code accounts}, or empty for both
   */
  public void export(String space, String collection, OutputStream out) throws IOException {
    try (ProfileView view = view()) {
      ProfileExport.write(view, space, collection, asOf(space), out);
    } catch (UncheckedIOException failure) {
      throw failure.getCause();
    }
  }

  @Override
  public void close() {
    applier.close();
    rows.close();
  }

  /**
   * Has {@code listener} called whenever the jobs have marked how far they are, behind the values
   * that they wrote before; on the thread that applies them, which must not be held.
   */
  public void onMarks(Runnable listener) {
    ledger.onTaken(listener);
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

  /** Says how many partitions the topics have; kept, so that a reader without Kafka knows it. */
  void rememberPartitions(String topic, int partitions) {
    applier().rememberPartitions(topic, partitions);
  }

  private int partitions(String topic) {
    byte[] stored = rows.get(Tables.Partitions.count(topic));
    return stored == null ? 0 : Tables.Partitions.decodeCount(stored);
  }

  private List<String> missing(String stage, String topic, long flush) {
    int partitions = partitions(topic);
    return partitions == 0
        ? List.of(topic + " was never read")
        : ledger.missing(topic, partitions, stage, flush);
  }
}
