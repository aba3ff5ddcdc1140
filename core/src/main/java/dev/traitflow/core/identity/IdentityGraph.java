package dev.traitflow.core.identity;

import dev.traitflow.core.event.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides whose event it is, and joins profiles that share an identifier unless a limit forbids it.
 * Deterministic: the same events in the same order give the same graph. Identity is decided in
 * arrival order; what an event may not join is dropped from it, weakest priority first.
 *
 * <p>An event whose identifiers all belong to one profile costs one read for each identifier and
 * one for the profile's pointer, none at all if such an event came lately, and writes nothing.
 */
public final class IdentityGraph {
  /** A profile holds at most this many merges. */
  public static final int MERGES_MAX = 100;

  /** A profile holds at most this many identifiers. */
  public static final int MAPPINGS_MAX = 1000;

  private final IdentityRules rules;
  private final IdentityStore store;
  private final SeenSets.OfGraph seen;

  /** A graph kept in {@code store}; rules hold for events resolved from now on. */
  public IdentityGraph(IdentityRules rules, IdentityStore store) {
    this(rules, store, new SeenSets());
  }

  /**
   * A graph kept in {@code store}, which nobody else changes; rules hold for events resolved from
   * now on.
   *
   * @param seen shared with other graphs, so that all together have one bound
   */
  public IdentityGraph(IdentityRules rules, IdentityStore store, SeenSets seen) {
    this.rules = rules;
    this.store = store;
    this.seen = seen.ofGraph();
  }

  /**
   * Resolves one event and stores what it changes.
   *
   * @param event gives time, messageId and source of new mappings
   * @param ids its identifiers of one collection, each once, in extraction order; at least one
   * @param sequence the event's offset in the log
   * @param newProfileId gives the id of the profile if one is made, never used before; the same
   *     however often it is asked
   * @throws IllegalArgumentException if there are no identifiers
   */
  public Resolution resolve(
      Event event, List<Identifier> ids, long sequence, Supplier<String> newProfileId) {
    if (ids.isEmpty()) {
      throw new IllegalArgumentException("identifiers: got none (expected at least one)");
    }
    String set = seen.key(ids);
    String known = seen.owner(set);
    if (known != null) {
      return Resolution.seen(known);
    }
    List<Decision.Candidate> candidates = candidates(ids);
    String sole = candidates.get(0).owner();
    for (Decision.Candidate candidate : candidates) {
      sole = sole != null && sole.equals(candidate.owner()) ? sole : null;
    }
    if (sole != null) {
      seen.add(set, sole);
      return Resolution.seen(sole);
    }
    return decide(
        new Decision(
            rules,
            store,
            event.timestamp(),
            event.messageId(),
            event.source(),
            sequence,
            newProfileId),
        candidates);
  }

  private Resolution decide(Decision decision, List<Decision.Candidate> candidates) {
    Resolution resolution = decision.decide(candidates);
    seen.merged(resolution.merges());
    return resolution;
  }

  /**
   * Forgets the profile that owns the identifier, and whose all of its identifiers are: the next
   * event with one of them makes a new profile. Pointers of ids merged into it stay.
   *
   * @return the profile as it was; null if nobody owns the identifier
   */
  public @Nullable ProfileNode delete(Identifier identifier) {
    String owner = store.owner(identifier);
    ProfileNode profile = owner == null ? null : store.profile(store.canonical(owner));
    if (profile != null) {
      seen.forget();
      profile.identifiers().forEach(mapping -> store.removeOwner(mapping.identifier()));
      profile.merges().forEach(store::removeMerge);
      store.remove(profile.id());
    }
    return profile;
  }

  /**
   * Takes an identifier from its profile, which keeps everything else; an event with the identifier
   * may bring it back.
   *
   * @return the profile's id; null if nobody owns the identifier
   */
  public @Nullable String unmap(Identifier identifier) {
    String owner = store.owner(identifier);
    ProfileNode profile = owner == null ? null : store.profile(store.canonical(owner));
    if (profile == null) {
      return null;
    }
    seen.forget();
    store.removeOwner(identifier);
    store.put(profile.without(identifier));
    return profile.id();
  }

  private List<Decision.Candidate> candidates(List<Identifier> ids) {
    List<Decision.Candidate> candidates = new ArrayList<>(ids.size());
    String pointer = null;
    String canonical = null;
    for (Identifier id : ids) {
      String owner = store.owner(id);
      // Most events' identifiers have one owner: its pointer is looked up once.
      if (owner != null && !owner.equals(pointer)) {
        pointer = owner;
        canonical = store.canonical(owner);
      }
      candidates.add(new Decision.Candidate(id, owner == null ? null : canonical));
    }
    return candidates;
  }

  /**
   * Takes merges back.
   *
   * @param sequence the order's offset in the log
   * @return what was taken back, dependents first
   * @throws OrderRefusedException if the order cannot be carried out; nothing has changed then
   */
  public List<Unmerge> unmerge(UnmergeOrder order, long sequence) throws OrderRefusedException {
    seen.forget();
    return new Unmerging(rules, store, sequence).undo(order);
  }

  /**
   * Makes the profiles of some identifiers one on an operator's order: under the same limits as an
   * event, but also those that an unmerge keeps apart, and all of them or none.
   *
   * @param ids identifiers of users; those nobody owns are left out
   * @param at the clock at the order, epoch milliseconds
   * @param sequence the order's offset in the log
   * @return what changed
   * @throws OrderRefusedException if a limit forbids it or there are fewer than two profiles
   */
  public Resolution join(List<Identifier> ids, long at, long sequence)
      throws OrderRefusedException {
    List<Decision.Candidate> candidates = new ArrayList<>(candidates(ids));
    candidates.removeIf(candidate -> candidate.owner() == null);
    Decision decision = new Decision(rules, store, at, "", "", sequence, () -> "");
    decision.checkJoin(candidates);
    return decide(decision, candidates);
  }
}
