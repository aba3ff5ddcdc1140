package dev.traitflow.core.profile;

import dev.traitflow.core.event.EventNames;
import dev.traitflow.core.trait.ComputedTrait;
import dev.traitflow.core.trait.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An age at which events enter or leave windows. An event with timestamp {@code t} crosses the edge
 * when {@code now} reaches {@code t + ageMillis}. Traits with the same edge share one scan.
 *
 * @param ageMillis the age, from 0: the event is no longer in the future
 * @param byEvent what the crossing does, by event name
 * @param names the event names
 */
record AgeEdge(long ageMillis, Map<String, List<Crossing>> byEvent, EventNames names) {

  /** What crossing does to a trait. */
  enum Effect {
    /** The event is now known of, but not in the window yet. */
    SEE,
    /** The event is in the window from here on. */
    ENTER,
    /** The event is in the window no longer. */
    LEAVE
  }

  /**
   * An effect on a trait.
   *
   * @param trait the trait
   * @param effect the effect
   */
  record Crossing(ComputedTrait trait, Effect effect) {}

  /** The edges of these traits, youngest first, so that events enter before they leave. */
  static List<AgeEdge> of(List<ComputedTrait> traits) {
    SortedMap<Long, Map<String, List<Crossing>>> edges = new TreeMap<>();
    for (ComputedTrait trait : traits) {
      if (trait.window() instanceof Window.Within within) {
        put(edges, 0, trait, Effect.ENTER);
        put(edges, within.millis(), trait, Effect.LEAVE);
      } else if (trait.window() instanceof Window.Between between) {
        if (between.fromMillis() > 0) {
          put(edges, 0, trait, Effect.SEE);
        }
        put(edges, between.fromMillis(), trait, Effect.ENTER);
        put(edges, between.toMillis(), trait, Effect.LEAVE);
      } else if (trait.window() instanceof Window.Session) {
        put(edges, 0, trait, Effect.ENTER);
      }
    }
    List<AgeEdge> list = new ArrayList<>();
    edges.forEach(
        (age, byEvent) -> list.add(new AgeEdge(age, byEvent, new EventNames(byEvent.keySet()))));
    return List.copyOf(list);
  }

  /** The newest timestamp that has crossed at {@code now}. */
  long position(long now) {
    return now - ageMillis;
  }

  private static void put(
      SortedMap<Long, Map<String, List<Crossing>>> edges,
      long age,
      ComputedTrait trait,
      Effect effect) {
    edges
        .computeIfAbsent(age, a -> new HashMap<>())
        .computeIfAbsent(trait.definition().event(), e -> new ArrayList<>())
        .add(new Crossing(trait, effect));
  }
}
