package dev.traitflow.core.identity;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes merges back in a graph, those that depended on one before it. */
final class Unmerging {
  private final IdentityRules rules;
  private final IdentityStore store;
  private final long sequence;
  private final List<Unmerge> done = new ArrayList<>();

  /**
   * Prepares one order.
   *
   * @param sequence the order's offset in the log
   */
  Unmerging(IdentityRules rules, IdentityStore store, long sequence) {
    this.rules = rules;
    this.store = store;
    this.sequence = sequence;
  }

  /** Carries the order out, all of it or nothing. */
  List<Unmerge> undo(UnmergeOrder order) throws OrderRefusedException {
    Merge merge = store.merge(order.merge());
    ProfileNode profile = merge == null ? null : profile(merge);
    if (merge == null || profile == null) {
      throw refused(
          "merge " + order.merge() + ": there is none that could be taken back", order, List.of());
    }
    Set<Identifier> splitOff = splitOff(merge, profile, order);
    List<Merge> dependents = DependentMerges.of(merge, splitOff, merges(profile));
    if (!dependents.isEmpty() && !order.cascade()) {
      throw refused(
          "merge "
              + merge.id()
              + ": got later merges that depended on it: "
              + String.join(", ", dependents.stream().map(Merge::id).toList())
              + " (expected none, or cascade)",
          order,
          List.of(profile.id()));
    }
    for (Merge dependent : dependents) {
      ProfileNode joined = profile(dependent);
      if (joined != null) {
        split(dependent, joined, identifiersOf(dependent, joined));
      }
    }
    ProfileNode left = profile(merge);
    if (left == null) {
      throw new IllegalStateException(
          "merge " + merge.id() + ": is gone after its dependents (expected it to stay)");
    }
    splitOff.retainAll(identifiers(left));
    split(merge, left, splitOff);
    return done;
  }

  /** The profile that the merge is in; null if it is in none. */
  private @Nullable ProfileNode profile(Merge merge) {
    ProfileNode profile = store.profile(store.canonical(merge.loser().id()));
    return profile != null && profile.merges().contains(merge.id()) ? profile : null;
  }

  private List<Merge> merges(ProfileNode profile) {
    List<Merge> merges = new ArrayList<>();
    for (String id : profile.merges()) {
      Merge merge = store.merge(id);
      if (merge != null) {
        merges.add(merge);
      }
    }
    return merges;
  }

  private static OrderRefusedException refused(
      String text, UnmergeOrder order, List<String> profiles) {
    return OrderRefusedException.of(text, "", order.identifiers(), profiles);
  }

  private static Set<Identifier> splitOff(Merge merge, ProfileNode profile, UnmergeOrder order)
      throws OrderRefusedException {
    List<Identifier> wanted = order.identifiers();
    Set<Identifier> all = identifiers(profile);
    for (Identifier identifier : wanted) {
      if (!all.contains(identifier)) {
        throw refused(
            "identifier " + identifier + ": is not the merged profile's (expected one of its)",
            order,
            List.of(profile.id()));
      }
    }
    Set<Identifier> splitOff =
        wanted.isEmpty() ? identifiersOf(merge, profile) : new LinkedHashSet<>(wanted);
    if (splitOff.isEmpty() || splitOff.size() == all.size()) {
      throw refused(
          "merge "
              + merge.id()
              + ": would leave one side with no identifier (expected some on each side)",
          order,
          List.of(profile.id()));
    }
    return splitOff;
  }

  /** What is left of the identifiers that the loser of a merge had. */
  private static Set<Identifier> identifiersOf(Merge merge, ProfileNode profile) {
    Set<Identifier> had = identifiers(merge.loser());
    had.retainAll(identifiers(profile));
    return had;
  }

  private static Set<Identifier> identifiers(ProfileNode profile) {
    Set<Identifier> all = new LinkedHashSet<>();
    profile.identifiers().forEach(mapping -> all.add(mapping.identifier()));
    return all;
  }

  private void split(Merge merge, ProfileNode before, Set<Identifier> splitOff) {
    ProfileNode loser = merge.loser();
    String number = done.isEmpty() ? sequence + "" : sequence + "." + done.size();
    String restId = ProfileIds.continued(before.id(), number);
    String splitId = ProfileIds.continued(loser.id(), number);
    Set<String> ofSplit = new LinkedHashSet<>(loser.segments());
    ofSplit.retainAll(before.segments());
    Set<Share> sharesOfSplit = new HashSet<>(loser.shares());
    List<Unmerge.Part> parts = new ArrayList<>();
    Set<String> histories = new LinkedHashSet<>();
    for (Share part : before.parts()) {
      histories.add(part.history());
      boolean segment = part.history().equals(part.owner());
      parts.add(
          new Unmerge.Part(
              part, segment ? ofSplit.contains(part.owner()) : sharesOfSplit.contains(part)));
    }
    Set<String> mergesOfSplit = new LinkedHashSet<>(loser.merges());
    mergesOfSplit.retainAll(before.merges());
    Set<String> mergesOfRest = new LinkedHashSet<>(before.merges());
    mergesOfRest.removeAll(mergesOfSplit);
    mergesOfRest.remove(merge.id());
    List<KeptApart> apartOfSplit = new ArrayList<>(loser.apart());
    apartOfSplit.retainAll(before.apart());
    List<KeptApart> apartOfRest = new ArrayList<>(before.apart());
    apartOfRest.removeAll(apartOfSplit);
    apartOfSplit.add(new KeptApart(merge.id(), true));
    apartOfRest.add(new KeptApart(merge.id(), false));
    List<String> segmentsOfRest = new ArrayList<>(before.segments());
    segmentsOfRest.removeAll(ofSplit);
    segmentsOfRest.add(restId);
    List<String> segmentsOfSplit = new ArrayList<>(ofSplit);
    segmentsOfSplit.add(splitId);
    ProfileNode split =
        new ProfileNode(
            splitId,
            loser.createdAt(),
            List.copyOf(mergesOfSplit),
            mappings(before, splitOff, true),
            segmentsOfSplit,
            histories.stream().map(history -> new Share(history, splitId)).toList(),
            apartOfSplit);
    ProfileNode rest =
        new ProfileNode(
            restId,
            before.createdAt(),
            List.copyOf(mergesOfRest),
            mappings(before, splitOff, false),
            segmentsOfRest,
            histories.stream().map(history -> new Share(history, restId)).toList(),
            apartOfRest);
    store.remove(before.id());
    store.removeMerge(merge.id());
    place(rest);
    place(split);
    List<Unmerge.Remapped> remapped = new ArrayList<>();
    remap(rest, before.id(), remapped);
    remap(split, loser.id(), remapped);
    SplitRule rule = SplitRule.of(rules, splitOff, identifiers(rest));
    done.add(new Unmerge(merge, before, rest, split, parts, remapped, rule));
  }

  private static List<Mapping> mappings(
      ProfileNode profile, Set<Identifier> splitOff, boolean split) {
    return profile.identifiers().stream()
        .filter(mapping -> splitOff.contains(mapping.identifier()) == split)
        .toList();
  }

  private void place(ProfileNode profile) {
    store.put(profile);
    for (String segment : profile.segments()) {
      if (!segment.equals(profile.id())) {
        store.setRedirect(segment, profile.id());
      }
    }
  }

  /** Gives identifiers whose owner's id points to the other side to an id that points here. */
  private void remap(ProfileNode profile, String formerId, List<Unmerge.Remapped> remapped) {
    for (Mapping mapping : profile.identifiers()) {
      String owner = store.owner(mapping.identifier());
      if (owner != null && !store.canonical(owner).equals(profile.id())) {
        store.setOwner(mapping.identifier(), formerId);
        remapped.add(new Unmerge.Remapped(mapping, formerId));
      }
    }
  }
}
