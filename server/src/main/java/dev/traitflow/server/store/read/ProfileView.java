package dev.traitflow.server.store.read;

import dev.traitflow.core.event.EventNames;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.text.CodePointOrder;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.core.trait.TraitLevel;
import dev.traitflow.server.store.rows.Pointer;
import dev.traitflow.server.store.rows.RowStore;
import dev.traitflow.server.store.rows.StagedSpaces;
import dev.traitflow.server.store.rows.StoreKey;
import dev.traitflow.server.store.rows.StoredIdentifier;
import dev.traitflow.server.store.rows.StoredTrait;
import dev.traitflow.server.store.rows.Tables;
import dev.traitflow.server.store.rows.Tables.Identifiers;
import dev.traitflow.server.store.rows.Tables.Pairs;
import dev.traitflow.server.store.rows.Tables.ProfileIdentifiers;
import dev.traitflow.server.store.rows.Tables.Staged;
import dev.traitflow.server.store.rows.Tables.Traits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksIterator;

/**
 * The profiles at one instant of the store: what several reads of one answer go by, so that they
 * fit together. To be closed when the answer is made. Not thread-safe.
 *
 * <p>A profile merged away reads as its survivor: pointers are followed from loser to survivor,
 * which is a few reads even after many merges.
 */
public final class ProfileView implements AutoCloseable {
  /** No chain of merges is longer; a longer one would be a circle. */
  private static final int CHAIN_MAX = 10_000;

  private final RowStore.Picture picture;
  private final LiveVersions live;
  private final StagedSpaces staged;

  /**
   * Looks at a picture.
   *
   * @param staged the spaces that have rows of staged values
   */
  public ProfileView(RowStore.Picture picture, LiveVersions live, StagedSpaces staged) {
    this.picture = picture;
    this.live = live;
    this.staged = staged;
  }

  /** The level of a profile's traits: its id says it. */
  public static TraitLevel level(String profile) {
    return ProfileIds.isAccount(profile) ? TraitLevel.ACCOUNT : TraitLevel.USER;
  }

  /** The canonical id of the profile that has the identifier; empty if nobody has it. */
  public Optional<String> resolve(String space, Identifier identifier) {
    byte[] row = picture.get(Identifiers.key(space, identifier));
    return row == null
        ? Optional.empty()
        : Optional.of(follow(space, StoredIdentifier.CODEC.decode(row).profile()));
  }

  /** The canonical id of a profile's id, also of one merged away; empty if it never was one. */
  public Optional<String> canonical(String space, String profile) {
    String canonical = follow(space, profile);
    boolean known =
        !canonical.equals(profile)
            || isThere(ProfileIdentifiers.ofProfile(space, profile))
            || isThere(Traits.ofProfile(space, profile));
    return known ? Optional.of(canonical) : Optional.empty();
  }

  /** The canonical profile and all that were merged into it, itself first, the others by id. */
  public List<String> members(String space, String canonical) {
    TreeSet<String> merged = new TreeSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(canonical));
    while (!open.isEmpty()) {
      picture.scan(
          Pairs.absorbedBy(space, open.remove()),
          (key, nothing) -> {
            String loser = Pairs.second(key);
            if (merged.add(loser)) {
              open.add(loser);
            }
            return true;
          });
    }
    List<String> members = new ArrayList<>(List.of(canonical));
    members.addAll(merged);
    return members;
  }

  /** The values of a canonical profile, by key in code-point order. */
  public List<TraitValue> traits(String space, String canonical) {
    List<TraitValue> traits = new ArrayList<>();
    traits(space, canonical, "", traits::add);
    return traits;
  }

  /**
   * Visits the values of a canonical profile by key in code-point order, until the visitor answers
   * false. Rows lie in that order, so that a page costs what it shows, wherever it begins.
   *
   * @param from the key to begin with, or empty
   */
  public void traits(String space, String canonical, String from, Predicate<TraitValue> visitor) {
    TraitLevel level = level(canonical);
    byte[] prefix = Traits.ofProfile(space, canonical);
    if (staged.has(space)) {
      SortedMap<String, TraitValue> traits = withStaged(space, canonical, level, from);
      for (TraitValue trait : traits.values()) {
        if (!visitor.test(trait)) {
          return;
        }
      }
      return;
    }
    picture.scan(
        prefix,
        begin(prefix, Traits.key(space, canonical, from), from),
        (key, value) -> {
          TraitValue trait = StoredTrait.decode(Traits.trait(key, prefix.length), value);
          return !live.shows(space, level, trait) || visitor.test(trait);
        });
  }

  private static byte[] begin(byte[] prefix, byte[] key, String from) {
    return from.isEmpty() ? prefix : key;
  }

  private SortedMap<String, TraitValue> withStaged(
      String space, String canonical, TraitLevel level, String from) {
    SortedMap<String, TraitValue> traits = new TreeMap<>(CodePointOrder.INSTANCE);
    byte[] prefix = Traits.ofProfile(space, canonical);
    picture.scan(
        prefix,
        begin(prefix, Traits.key(space, canonical, from), from),
        (key, value) -> {
          TraitValue trait = StoredTrait.decode(Traits.trait(key, prefix.length), value);
          if (live.shows(space, level, trait)) {
            traits.put(trait.key(), trait);
          }
          return true;
        });
    byte[] stagedPrefix = Staged.ofProfile(space, canonical).bytes();
    picture.scan(
        stagedPrefix,
        begin(stagedPrefix, Staged.ofProfile(space, canonical).text(from).bytes(), from),
        (key, value) -> {
          TraitValue trait = StoredTrait.decode(Staged.trait(key), value);
          if (live.isLive(space, level, trait)) {
            traits.put(trait.key(), trait);
          }
          return true;
        });
    return traits;
  }

  /** How many profiles of a space have each trait, by key. Reads every value of the space. */
  public Map<String, Long> members(String space) {
    Map<String, Long> members = new TreeMap<>();
    profiles(
        space,
        profile -> {
          traits(space, profile).forEach(trait -> members.merge(trait.key(), 1L, Long::sum));
          return true;
        });
    return members;
  }

  /** One value of a canonical profile; null if it has none. */
  public @Nullable TraitValue trait(String space, String canonical, String key) {
    TraitLevel level = level(canonical);
    List<TraitValue> found = new ArrayList<>();
    if (staged.has(space)) {
      addStaged(space, canonical, key, level, found);
    }
    if (!found.isEmpty()) {
      return found.get(0);
    }
    byte[] row = picture.get(Traits.key(space, canonical, key));
    TraitValue value = row == null ? null : StoredTrait.decode(key, row);
    return value != null && live.shows(space, level, value) ? value : null;
  }

  private void addStaged(
      String space, String canonical, String key, TraitLevel level, List<TraitValue> found) {
    picture.scan(
        Staged.ofProfile(space, canonical).text(key).bytes(),
        (row, bytes) -> {
          TraitValue value = StoredTrait.decode(key, bytes);
          if (live.isLive(space, level, value)) {
            found.add(value);
          }
          return found.isEmpty();
        });
  }

  /** The identifiers of a canonical profile and all merged into it, in the order shown. */
  public List<StoredIdentifier> identifiers(String space, String canonical) {
    List<StoredIdentifier> identifiers = new ArrayList<>();
    for (String member : members(space, canonical)) {
      picture.scan(
          ProfileIdentifiers.ofProfile(space, member),
          (key, value) -> {
            identifiers.add(StoredIdentifier.CODEC.decode(value));
            return true;
          });
    }
    identifiers.sort(StoredIdentifier.SHOWN_ORDER);
    return identifiers;
  }

  /**
   * The accounts of a user, or the canonical users of an account, by id. Cost grows with the links
   * and with the profiles merged into the user.
   */
  public SortedSet<String> links(String space, String canonical) {
    SortedSet<String> linked = new TreeSet<>();
    for (String member : members(space, canonical)) {
      picture.scan(
          Pairs.linksOf(space, member),
          (key, nothing) -> {
            linked.add(follow(space, Pairs.second(key)));
            return true;
          });
    }
    return linked;
  }

  /**
   * Visits the history of a canonical profile and all merged into it, by timestamp and messageId.
   * Cost grows with what is visited. The history of an account is that of its users: what they did,
   * and the group calls about this account; it costs an iterator for each of them.
   *
   * @param from first timestamp, inclusive, epoch milliseconds
   * @param to first timestamp behind, exclusive
   * @param ascending the oldest first
   * @param visitor answers false to stop
   */
  public void events(
      String space,
      String canonical,
      long from,
      long to,
      boolean ascending,
      Predicate<ResolvedEvent> visitor) {
    boolean account = ProfileIds.isAccount(canonical);
    List<String> members = new ArrayList<>();
    for (String user : account ? links(space, canonical) : Set.of(canonical)) {
      members.addAll(members(space, user));
    }
    try (HistoryScan scan = new HistoryScan(picture, space, members, from, to, ascending)) {
      scan.visit(event -> (account && !concerns(event, canonical)) || visitor.test(event));
    }
  }

  private static boolean concerns(ResolvedEvent resolved, String profile) {
    Identifier account = resolved.account();
    return account == null
        ? EventNames.isCounted(resolved.event())
        : ProfileIds.ofAccount(resolved.space(), account.value()).equals(profile);
  }

  /** The log of identity decisions of a space. */
  public InsightLog insights(String space) {
    return new InsightLog(picture, this, space);
  }

  /** The types of the identifiers that profiles of a space have or had, by collection. */
  public SortedSet<String> identifierTypes(String space, String collection) {
    SortedSet<String> types = new TreeSet<>();
    byte[] prefix = Identifiers.ofCollection(space, collection);
    try (RocksIterator rows = picture.iterator()) {
      rows.seek(prefix);
      while (rows.isValid() && RowStore.startsWith(rows.key(), prefix)) {
        String type = Identifiers.type(rows.key());
        types.add(type);
        rows.seek(StoreKey.after(Identifiers.ofType(space, collection, type).bytes()));
      }
    }
    return types;
  }

  /** Visits the canonical profiles of a space by id, in code-point order. */
  public void profiles(String space, Predicate<String> visitor) {
    byte[] prefix = ProfileIdentifiers.ofSpace(space);
    try (RocksIterator rows = picture.iterator()) {
      rows.seek(prefix);
      while (rows.isValid() && RowStore.startsWith(rows.key(), prefix)) {
        String profile = ProfileIdentifiers.profile(rows.key());
        boolean merged = picture.get(Tables.Pointers.key(space, profile)) != null;
        if (!merged && !visitor.test(profile)) {
          return;
        }
        rows.seek(StoreKey.after(ProfileIdentifiers.ofProfile(space, profile)));
      }
    }
  }

  @Override
  public void close() {
    picture.close();
  }

  /** The canonical id that a profile's id leads to, known or not. */
  String follow(String space, String profile) {
    String canonical = profile;
    for (int step = 0; step < CHAIN_MAX; step++) {
      byte[] pointer = picture.get(Tables.Pointers.key(space, canonical));
      if (pointer == null) {
        return canonical;
      }
      canonical = Pointer.survivor(pointer);
    }
    throw new IllegalStateException(
        "profile " + profile + ": got a chain of over " + CHAIN_MAX + " merges (expected an end)");
  }

  private boolean isThere(byte[] prefix) {
    boolean[] found = {false};
    picture.scan(
        prefix,
        (key, value) -> {
          found[0] = true;
          return false;
        });
    return found[0];
  }
}
