package dev.traitflow.server.store.read;

import dev.traitflow.core.identity.DependentMerges;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.Merge;
import dev.traitflow.server.store.rows.RowStore;
import dev.traitflow.server.store.rows.StoredInsight;
import dev.traitflow.server.store.rows.Tables.Insights;
import dev.traitflow.server.store.rows.Tables.Merges;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads the log of identity decisions of one space, in the view that it was made from. */
public final class InsightLog {
  private final RowStore.Picture picture;
  private final ProfileView view;
  private final String space;

  /**
   * A place in the log, newest first.
   *
   * @param sequence offset of the entry's event
   * @param which tells the entries of one event apart
   */
  public record Place(long sequence, String which) {}

  /** An entry and its place. */
  public record Entry(Place place, StoredInsight insight) {}

  InsightLog(RowStore.Picture picture, ProfileView view, String space) {
    this.picture = picture;
    this.view = view;
    this.space = space;
  }

  /**
   * Visits entries, the newest first.
   *
   * @param identifier only those about it; null for all
   * @param kind only those of this kind; null for all
   * @param after only those behind this place; null for all
   * @param visitor answers false to stop
   */
  public void visit(
      @Nullable Identifier identifier,
      StoredInsight.@Nullable Kind kind,
      @Nullable Place after,
      Predicate<Entry> visitor) {
    Predicate<Entry> wanted =
        entry ->
            (kind != null && entry.insight.kind() != kind)
                || (after != null && !isBehind(entry.place, after))
                || visitor.test(entry);
    if (identifier != null) {
      ofTerm(StoredInsight.term(identifier), wanted);
    } else if (kind != null) {
      ofTerm(StoredInsight.term(kind), wanted);
    } else {
      picture.scan(
          Insights.ofSpace(space), (row, value) -> wanted.test(entry(Insights.entry(row), value)));
    }
  }

  /**
   * Why two profiles are two: the violations and refused orders that concerned both, the newest
   * first.
   *
   * @param one canonical id of the one
   * @param other canonical id of the other
   */
  public List<StoredInsight> between(String one, String other) {
    List<StoredInsight> found = new ArrayList<>();
    Set<Place> seen = new HashSet<>();
    for (String member : view.members(space, one)) {
      ofTerm(
          StoredInsight.ofProfile(member),
          entry -> {
            boolean both =
                refuses(entry.insight.kind())
                    && (isOf(entry.insight.profile(), other)
                        || entry.insight.others().stream().anyMatch(id -> isOf(id, other)));
            if (both && seen.add(entry.place)) {
              found.add(entry.insight);
            }
            return true;
          });
    }
    return found;
  }

  private static boolean refuses(StoredInsight.Kind kind) {
    return kind == StoredInsight.Kind.VIOLATION || kind == StoredInsight.Kind.REFUSED;
  }

  /** The merge of that id; empty if there is none. */
  public Optional<Merge> merge(String id) {
    byte[] row = picture.get(Merges.key(space, id));
    return row == null ? Optional.empty() : Optional.of(Merge.CODEC.decode(row));
  }

  /** True if the merge was taken back. */
  public boolean isUndone(String merge) {
    return picture.get(Merges.undone(space, merge)) != null;
  }

  /** Every merge that is in a canonical profile, in the order they were made. */
  public List<Merge> merges(String canonical) {
    Set<String> ids = new HashSet<>();
    List<Merge> merges = new ArrayList<>();
    for (String member : view.members(space, canonical)) {
      ofTerm(
          StoredInsight.ofProfile(member),
          entry -> {
            String id = entry.insight.merge();
            if (entry.insight.kind() == StoredInsight.Kind.MERGED && !isUndone(id) && ids.add(id)) {
              merge(id).ifPresent(merges::add);
            }
            return true;
          });
    }
    merges.sort(DependentMerges.IN_ORDER);
    return merges;
  }

  private boolean isOf(String profile, String canonical) {
    return !profile.isEmpty() && view.follow(space, profile).equals(canonical);
  }

  private void ofTerm(String term, Predicate<Entry> visitor) {
    picture.scan(
        Insights.ofTerm(space, term),
        (row, nothing) -> {
          Insights.Entry found = Insights.entryOfTerm(row);
          byte[] stored = picture.get(Insights.key(space, found));
          return stored == null || visitor.test(entry(found, stored));
        });
  }

  private static Entry entry(Insights.Entry found, byte[] stored) {
    return new Entry(
        new Place(found.sequence(), found.which()), StoredInsight.CODEC.decode(stored));
  }

  private static boolean isBehind(Place place, Place after) {
    return place.sequence < after.sequence
        || (place.sequence == after.sequence && place.which.compareTo(after.which) > 0);
  }
}
