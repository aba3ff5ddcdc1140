package dev.traitflow.core.identity;

import dev.traitflow.core.event.Event;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides whose event it is, and joins profiles that share an identifier unless a limit forbids it.
 * Deterministic: the same events in the same order give the same graph. Identity is decided in
 * arrival order; what an event may not join is dropped from it, weakest priority first.
 *
 * <p>An event whose identifiers all belong to one profile costs one read for each identifier and
 * one for the profile's pointer, and writes nothing.
 */
public final class IdentityGraph {
  /** A profile holds at most this many merges. */
  public static final int MERGES_MAX = 100;

  /** A profile holds at most this many identifiers. */
  public static final int MAPPINGS_MAX = 1000;

  private static final Comparator<ProfileNode> OLDEST_FIRST =
      Comparator.comparingLong(ProfileNode::createdAt).thenComparing(ProfileNode::id);

  private final IdentityRules rules;
  private final IdentityStore store;

  /** An identifier of the event and the canonical profile that owns it, if any. */
  private record Candidate(Identifier identifier, @Nullable String owner) {}

  /** A graph kept in {@code store}; rules hold for events resolved from now on. */
  public IdentityGraph(IdentityRules rules, IdentityStore store) {
    this.rules = rules;
    this.store = store;
  }

  /**
   * Resolves one event and stores what it changes.
   *
   * @param event gives time, messageId and source of new mappings
   * @param ids its identifiers of one collection, each once, in extraction order; at least one
   * @param newProfileId gives the id of the profile if one is made, never used before; the same
   *     however often it is asked
   * @throws IllegalArgumentException if there are no identifiers
   */
  public Resolution resolve(Event event, List<Identifier> ids, Supplier<String> newProfileId) {
    if (ids.isEmpty()) {
      throw new IllegalArgumentException("identifiers: got none (expected at least one)");
    }
    List<Candidate> candidates = candidates(ids);
    String sole = candidates.get(0).owner();
    for (Candidate candidate : candidates) {
      sole = sole != null && sole.equals(candidate.owner()) ? sole : null;
    }
    return sole != null
        ? Resolution.seen(sole)
        : new Decision(event, newProfileId).decide(candidates);
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
      profile.identifiers().forEach(mapping -> store.removeOwner(mapping.identifier()));
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
    store.removeOwner(identifier);
    store.put(profile.without(identifier));
    return profile.id();
  }

  private List<Candidate> candidates(List<Identifier> ids) {
    List<Candidate> candidates = new ArrayList<>(ids.size());
    String pointer = null;
    String canonical = null;
    for (Identifier id : ids) {
      String owner = store.owner(id);
      // Most events' identifiers have one owner: its pointer is looked up once.
      if (owner != null && !owner.equals(pointer)) {
        pointer = owner;
        canonical = store.canonical(owner);
      }
      candidates.add(new Candidate(id, owner == null ? null : canonical));
    }
    return candidates;
  }

  /** One event that may change the graph. */
  private final class Decision {
    private final Event event;
    private final Supplier<String> newProfileId;
    private final Map<String, ProfileNode> loaded = new HashMap<>();
    private final List<Mapping> added = new ArrayList<>();
    private final List<Merge> merges = new ArrayList<>();
    private final List<Violation> violations = new ArrayList<>();

    Decision(Event event, Supplier<String> newProfileId) {
      this.event = event;
      this.newProfileId = newProfileId;
    }

    Resolution decide(List<Candidate> candidates) {
      while (candidates.size() > 1) {
        String exceeded = exceededLimit(candidates);
        if (exceeded == null) {
          break;
        }
        Candidate weakest = weakest(candidates);
        candidates.remove(weakest);
        violate(exceeded, weakest.identifier());
      }
      List<ProfileNode> owners = owners(candidates);
      boolean created = owners.isEmpty();
      ProfileNode profile = created ? create() : join(owners, candidates);
      gain(profile, candidates, created);
      return new Resolution(profile.id(), created, added, merges, violations);
    }

    /** The violated limit if the owners and the new identifiers became one profile, or null. */
    private @Nullable String exceededLimit(List<Candidate> candidates) {
      Map<String, Integer> total = new LinkedHashMap<>();
      Map<String, Integer> most = new HashMap<>();
      for (ProfileNode owner : owners(candidates)) {
        // No identifier has two owners, so the counts of a union are the sums.
        count(owner)
            .forEach(
                (type, count) -> {
                  total.merge(type, count, Integer::sum);
                  most.merge(type, count, Math::max);
                });
      }
      for (Candidate candidate : candidates) {
        if (candidate.owner() == null) {
          total.merge(candidate.identifier().type(), 1, Integer::sum);
        }
      }
      String exceeded = null;
      for (Map.Entry<String, Integer> entry : total.entrySet()) {
        IdentifierRule rule = rules.rule(entry.getKey());
        int count = entry.getValue();
        if (count > rule.limit() && count > most.getOrDefault(entry.getKey(), 0)) {
          if (rule.window() == LimitWindow.EVER) {
            return Violation.VALUE_LIMIT;
          }
          exceeded = Violation.VALUE_TIME_LIMIT;
        }
      }
      return exceeded;
    }

    /** How many identifiers of each type the profile has within the type's window. */
    private Map<String, Integer> count(ProfileNode profile) {
      Map<String, Integer> counts = new LinkedHashMap<>();
      Map<String, LimitWindow> windows = new HashMap<>();
      for (Mapping mapping : profile.identifiers()) {
        String type = mapping.identifier().type();
        LimitWindow window = windows.computeIfAbsent(type, t -> rules.rule(t).window());
        if (window.counts(mapping.createdAt(), event.timestamp())) {
          counts.merge(type, 1, Integer::sum);
        }
      }
      return counts;
    }

    /** The candidate of the weakest priority; of equal ones the last. */
    private Candidate weakest(List<Candidate> candidates) {
      Candidate weakest = candidates.get(0);
      for (Candidate candidate : candidates) {
        if (compare(candidate, weakest) >= 0) {
          weakest = candidate;
        }
      }
      return weakest;
    }

    /** Merges the owners as far as limits allow and answers whose the event is. */
    private ProfileNode join(List<ProfileNode> owners, List<Candidate> candidates) {
      List<ProfileNode> oldestFirst = new ArrayList<>(owners);
      oldestFirst.sort(OLDEST_FIRST);
      ProfileNode survivor = oldestFirst.get(0);
      Set<String> apart = new HashSet<>();
      for (ProfileNode next : oldestFirst.subList(1, oldestFirst.size())) {
        String limit = mergeLimit(survivor, next);
        if (limit == null) {
          survivor = merge(survivor, next);
        } else {
          apart.add(next.id());
          violate(limit, firstOf(next, candidates));
        }
      }
      if (!merges.isEmpty()) {
        store.put(survivor);
      }
      String strongest = apart.isEmpty() ? survivor.id() : strongestOwner(candidates);
      return apart.contains(strongest) ? load(strongest) : survivor;
    }

    private @Nullable String mergeLimit(ProfileNode survivor, ProfileNode loser) {
      if (survivor.merges() + loser.merges() + 1 > MERGES_MAX) {
        return Violation.MERGE_LIMIT;
      }
      int mappings = survivor.identifiers().size() + loser.identifiers().size();
      return mappings > MAPPINGS_MAX ? Violation.MAPPING_LIMIT : null;
    }

    private ProfileNode merge(ProfileNode survivor, ProfileNode loser) {
      for (String segment : loser.segments()) {
        store.setRedirect(segment, survivor.id());
      }
      store.remove(loser.id());
      merges.add(new Merge(survivor.id(), loser.id(), loser.segments()));
      return survivor.absorbing(loser);
    }

    /** The owner of the strongest identifier that has one; of equal ones the first. */
    private String strongestOwner(List<Candidate> candidates) {
      Candidate strongest = null;
      String owner = "";
      for (Candidate candidate : candidates) {
        if (candidate.owner() != null && (strongest == null || compare(candidate, strongest) < 0)) {
          strongest = candidate;
          owner = candidate.owner();
        }
      }
      return owner;
    }

    /** Gives the profile the identifiers nobody owns, as far as the limit on mappings allows. */
    private void gain(ProfileNode profile, List<Candidate> candidates, boolean created) {
      for (Candidate candidate : candidates) {
        if (candidate.owner() != null) {
          continue;
        }
        Identifier identifier = candidate.identifier();
        if (profile.identifiers().size() + added.size() >= MAPPINGS_MAX) {
          violate(Violation.MAPPING_LIMIT, identifier);
        } else {
          added.add(new Mapping(identifier, event.timestamp(), event.messageId(), event.source()));
          store.setOwner(identifier, profile.id());
        }
      }
      if (created || !added.isEmpty()) {
        store.put(profile.with(added));
      }
    }

    private ProfileNode create() {
      String id = newProfileId.get();
      return new ProfileNode(id, event.timestamp(), 0, List.of(), List.of(id));
    }

    private List<ProfileNode> owners(List<Candidate> candidates) {
      Map<String, ProfileNode> owners = new LinkedHashMap<>();
      for (Candidate candidate : candidates) {
        if (candidate.owner() != null) {
          owners.computeIfAbsent(candidate.owner(), this::load);
        }
      }
      return new ArrayList<>(owners.values());
    }

    private ProfileNode load(String canonical) {
      ProfileNode profile = loaded.get(canonical);
      if (profile == null) {
        profile = store.profile(canonical);
        if (profile == null) {
          throw new IllegalStateException(
              "profile " + canonical + ": got none (expected one, it owns an identifier)");
        }
        loaded.put(canonical, profile);
      }
      return profile;
    }

    private int compare(Candidate left, Candidate right) {
      return rules.compareStrength(left.identifier().type(), right.identifier().type());
    }

    private Identifier firstOf(ProfileNode profile, List<Candidate> candidates) {
      for (Candidate candidate : candidates) {
        if (profile.id().equals(candidate.owner())) {
          return candidate.identifier();
        }
      }
      throw new IllegalStateException("profile " + profile.id() + ": owns none of the identifiers");
    }

    private void violate(String text, Identifier identifier) {
      violations.add(new Violation(text, identifier, event.messageId()));
    }
  }
}
