package dev.traitflow.core.identity;

import java.util.List;

/**
 * Two profiles became one.
 *
 * @param survivor canonical id from now on
 * @param loser the id merged away
 * @param segments every id that pointed to the loser, the loser itself included: all of them are to
 *     point to the survivor
 */
public record Merge(String survivor, String loser, List<String> segments) {
  public Merge {
    segments = List.copyOf(segments);
  }
}
