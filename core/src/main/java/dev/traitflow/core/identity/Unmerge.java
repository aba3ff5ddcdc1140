package dev.traitflow.core.identity;

import java.util.List;

/**
 * A merge was taken back: one profile became two. Both go on under internal ids of their own, to
 * which the former ids point, so that nothing that is under way to the former profile can reach
 * them.
 *
 * @param merge the merge taken back
 * @param before the profile as it was
 * @param rest the profile that keeps the former profile's id
 * @param split the profile that gets the loser's id back
 * @param parts where the events of both lie until now
 * @param remapped identifiers whose owner's id pointed to the other side, with the new owner's
 * @param rule whose an event is
 */
public record Unmerge(
    Merge merge,
    ProfileNode before,
    ProfileNode rest,
    ProfileNode split,
    List<Part> parts,
    List<Remapped> remapped,
    SplitRule rule) {

  /**
   * A part of the former profile's history.
   *
   * @param share where it lies
   * @param splitSide the side of an event that carried no identifier of either
   */
  public record Part(Share share, boolean splitSide) {}

  /**
   * An identifier that is given to another of the former profile's ids.
   *
   * @param mapping the identifier, with what gave it first
   * @param owner the id it is given to
   */
  public record Remapped(Mapping mapping, String owner) {}

  public Unmerge {
    parts = List.copyOf(parts);
    remapped = List.copyOf(remapped);
  }
}
