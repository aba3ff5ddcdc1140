package dev.traitflow.core.identity;

/**
 * A profile's side of an unmerge: it must not become one again with a profile of the other side.
 *
 * @param split which unmerge: the id of the merge that it took back
 * @param splitSide true for the side that was split off, false for the one it was split from
 */
public record KeptApart(String split, boolean splitSide) {

  /** True if the other is the same unmerge's other side. */
  boolean opposes(KeptApart other) {
    return split.equals(other.split) && splitSide != other.splitSide;
  }
}
