package dev.traitflow.core.identity;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the later merges that would not have happened without a merge: those for which the joined
 * profile had no other evidence than identifiers of the side that is to be split off.
 */
public final class DependentMerges {
  /** The order in which merges were made: by log offset, then by their number in the event. */
  public static final Comparator<Merge> IN_ORDER =
      Comparator.comparingLong(Merge::sequence).thenComparingInt(DependentMerges::number);

  private DependentMerges() {}

  /**
   * The dependents of {@code undone}, and theirs, the newest first.
   *
   * @param splitOff the identifiers that are to be split off
   * @param all every merge in the profile, in any order
   */
  public static List<Merge> of(
      Merge undone, Collection<Identifier> splitOff, Collection<Merge> all) {
    Map<String, Merge> found = new LinkedHashMap<>();
    collect(undone, splitOff, all, found);
    List<Merge> newestFirst = new ArrayList<>(found.values());
    newestFirst.sort(IN_ORDER.reversed());
    return newestFirst;
  }

  private static void collect(
      Merge undone,
      Collection<Identifier> splitOff,
      Collection<Merge> all,
      Map<String, Merge> found) {
    Set<Identifier> side = new HashSet<>(splitOff);
    for (Merge later : all) {
      if (IN_ORDER.compare(later, undone) > 0
          && !found.containsKey(later.id())
          && side.containsAll(evidence(later, side))) {
        found.put(later.id(), later);
        collect(later, loserOf(later), all, found);
      }
    }
  }

  /** What the event of a later merge knew of the profile that holds {@code side}. */
  private static List<Identifier> evidence(Merge later, Set<Identifier> side) {
    boolean asLoser = loserOf(later).stream().anyMatch(side::contains);
    return asLoser ? later.loserEvidence() : later.survivorEvidence();
  }

  private static List<Identifier> loserOf(Merge merge) {
    return merge.loser().identifiers().stream().map(Mapping::identifier).toList();
  }

  private static int number(Merge merge) {
    return Integer.parseInt(merge.id().substring(merge.id().lastIndexOf('_') + 1));
  }
}
