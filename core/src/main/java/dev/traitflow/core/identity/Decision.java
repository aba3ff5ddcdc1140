package dev.traitflow.core.identity;

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

/** One event, or an operator's order, that may change the graph. */
final class Decision {
  private static final Comparator<ProfileNode> OLDEST_FIRST =
      Comparator.comparingLong(ProfileNode::createdAt).thenComparing(ProfileNode::id);
  private static final Broken MAPPINGS =
      new Broken(Violation.MAPPING_LIMIT, IdentityGraph.MAPPINGS_MAX + " identifiers a profile");

  private static final Broken MERGES =
      new Broken(Violation.MERGE_LIMIT, IdentityGraph.MERGES_MAX + " merges a profile");
  private static final Broken FEWER_THAN_TWO =
      new Broken("The identifiers belong to fewer than two profiles", "");

  private final IdentityRules rules;
  private final IdentityStore store;
  private final long at;
  private final String messageId;
  private final String source;
  private final long sequence;
  private final Supplier<String> newProfileId;
  private final Map<String, ProfileNode> loaded = new HashMap<>();
  private final List<Mapping> added = new ArrayList<>();
  private final List<Merge> merges = new ArrayList<>();
  private final List<Violation> violations = new ArrayList<>();

  /** An identifier of the event and the canonical profile that owns it, if any. */
  record Candidate(Identifier identifier, @Nullable String owner) {}

  /** A rule that an event would break: the violation's text, and the rule in words. */
  private record Broken(String text, String rule) {}

  Decision(
      IdentityRules rules,
      IdentityStore store,
      long at,
      String messageId,
      String source,
      long sequence,
      Supplier<String> newProfileId) {
    this.rules = rules;
    this.store = store;
    this.at = at;
    this.messageId = messageId;
    this.source = source;
    this.sequence = sequence;
    this.newProfileId = newProfileId;
  }

  Resolution decide(List<Candidate> candidates) {
    while (candidates.size() > 1) {
      Broken broken = keptApart(candidates);
      if (broken == null) {
        broken = exceededLimit(candidates);
      }
      if (broken == null) {
        break;
      }
      Candidate weakest = weakest(candidates);
      List<String> profiles = owners(candidates).stream().map(ProfileNode::id).toList();
      candidates.remove(weakest);
      violate(broken, weakest.identifier(), profiles);
    }
    List<ProfileNode> owners = owners(candidates);
    boolean created = owners.isEmpty();
    ProfileNode profile = created ? create() : join(owners, candidates);
    gain(profile, candidates, created);
    return new Resolution(profile.id(), created, added, merges, violations);
  }

  /** Refuses an order to make the owners one that a limit forbids; lifts what an unmerge did. */
  void checkJoin(List<Candidate> candidates) throws OrderRefusedException {
    List<ProfileNode> owners = owners(candidates);
    Broken broken = owners.size() < 2 ? FEWER_THAN_TWO : exceededLimit(candidates);
    int merges = owners.size() - 1;
    int mappings = 0;
    for (ProfileNode owner : owners) {
      merges += owner.merges().size();
      mappings += owner.identifiers().size();
    }
    broken = broken == null ? exceededSize(merges, mappings) : broken;
    if (broken != null) {
      throw OrderRefusedException.of(
          broken.text(),
          broken.rule(),
          candidates.stream().map(Candidate::identifier).toList(),
          owners.stream().map(ProfileNode::id).toList());
    }
    reconcile(owners);
  }

  private void reconcile(List<ProfileNode> owners) {
    for (ProfileNode one : owners) {
      for (ProfileNode other : owners) {
        ProfileNode now = load(one.id());
        if (now.isKeptApartFrom(other)) {
          loaded.put(one.id(), now.reconciledWith(other));
        }
      }
    }
  }

  /** The unmerge that keeps two of the owners apart, or null. */
  private @Nullable Broken keptApart(List<Candidate> candidates) {
    List<ProfileNode> owners = owners(candidates);
    for (ProfileNode one : owners) {
      for (ProfileNode other : owners) {
        if (one.isKeptApartFrom(other)) {
          return new Broken(Violation.KEPT_APART, "unmerge of these profiles");
        }
      }
    }
    return null;
  }

  /** The violated limit if the owners and the new identifiers became one profile, or null. */
  private @Nullable Broken exceededLimit(List<Candidate> candidates) {
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
    Broken exceeded = null;
    for (Map.Entry<String, Integer> entry : total.entrySet()) {
      IdentifierRule rule = rules.rule(entry.getKey());
      int count = entry.getValue();
      if (count > rule.limit() && count > most.getOrDefault(entry.getKey(), 0)) {
        String limit = entry.getKey() + " limit " + rule.limit();
        if (rule.window() == LimitWindow.EVER) {
          return new Broken(Violation.VALUE_LIMIT, limit);
        }
        exceeded = new Broken(Violation.VALUE_TIME_LIMIT, limit + " " + rule.window().word());
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
      if (window.counts(mapping.createdAt(), at)) {
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
      Broken limit = mergeLimit(survivor, next);
      if (limit == null) {
        survivor = merge(survivor, next, candidates);
      } else {
        apart.add(next.id());
        violate(limit, firstOf(next, candidates), List.of(survivor.id(), next.id()));
      }
    }
    if (!merges.isEmpty()) {
      store.put(survivor);
    }
    String strongest = apart.isEmpty() ? survivor.id() : strongestOwner(candidates);
    return apart.contains(strongest) ? load(strongest) : survivor;
  }

  private static @Nullable Broken mergeLimit(ProfileNode survivor, ProfileNode loser) {
    return exceededSize(
        survivor.merges().size() + loser.merges().size() + 1,
        survivor.identifiers().size() + loser.identifiers().size());
  }

  private static @Nullable Broken exceededSize(int merges, int mappings) {
    if (merges > IdentityGraph.MERGES_MAX) {
      return MERGES;
    }
    return mappings > IdentityGraph.MAPPINGS_MAX ? MAPPINGS : null;
  }

  private ProfileNode merge(ProfileNode survivor, ProfileNode loser, List<Candidate> candidates) {
    for (String segment : loser.segments()) {
      store.setRedirect(segment, survivor.id());
    }
    store.remove(loser.id());
    Merge merge =
        new Merge(
            "mrg_" + sequence + "_" + merges.size(),
            sequence,
            survivor.id(),
            loser,
            evidence(candidates, survivor.segments()),
            evidence(candidates, loser.segments()),
            messageId);
    store.putMerge(merge);
    merges.add(merge);
    return survivor.absorbing(loser, merge.id());
  }

  private List<Identifier> evidence(List<Candidate> candidates, List<String> segments) {
    return candidates.stream()
        .filter(candidate -> candidate.owner() != null && segments.contains(candidate.owner()))
        .map(Candidate::identifier)
        .toList();
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
      if (profile.identifiers().size() + added.size() >= IdentityGraph.MAPPINGS_MAX) {
        violate(MAPPINGS, identifier, List.of(profile.id()));
      } else {
        added.add(new Mapping(identifier, at, messageId, source));
        store.setOwner(identifier, profile.id());
      }
    }
    if (created || !added.isEmpty()) {
      store.put(profile.with(added));
    }
  }

  private ProfileNode create() {
    return ProfileNode.created(newProfileId.get(), at);
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

  private void violate(Broken broken, Identifier identifier, List<String> profiles) {
    violations.add(new Violation(broken.text(), identifier, messageId, broken.rule(), profiles));
  }
}
