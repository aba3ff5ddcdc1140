package dev.traitflow.core.identity;

import java.util.List;

/**
 * Whose event it is, and what the event changed in the graph.
 *
 * @param profile canonical id of the profile
 * @param created true if the event made the profile
 * @param added identifiers the profile gained, in extraction order
 * @param merges profiles that became one, in order; they precede {@code added}
 * @param violations rules that kept something from taking effect
 */
public record Resolution(
    String profile,
    boolean created,
    List<Mapping> added,
    List<Merge> merges,
    List<Violation> violations) {

  public Resolution {
    added = List.copyOf(added);
    merges = List.copyOf(merges);
    violations = List.copyOf(violations);
  }

  /** An event that taught the graph nothing. */
  static Resolution seen(String profile) {
    return new Resolution(profile, false, List.of(), List.of(), List.of());
  }
}
