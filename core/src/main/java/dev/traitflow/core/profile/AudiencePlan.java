package dev.traitflow.core.profile;

import dev.traitflow.core.audience.AudienceDefinition;
import dev.traitflow.core.condition.ValueText;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.core.trait.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The audiences of a space, in an order in which each comes behind those it refers to, and what
 * they look at: built once per change of definitions, immutable, shared by all threads.
 *
 * <p>It has a fingerprint of its own, apart from the traits': when only audiences change, no
 * history is read again.
 */
final class AudiencePlan {
  private final List<AudienceDefinition> ordered;
  private final Set<String> keys = new HashSet<>();
  private final Set<String> reads = new HashSet<>();
  private final Set<String> events = new HashSet<>();
  private final boolean watchesTime;
  private final long fingerprint;

  private AudiencePlan(List<AudienceDefinition> ordered, List<TraitDefinition> traits) {
    this.ordered = List.copyOf(ordered);
    for (AudienceDefinition audience : ordered) {
      keys.add(audience.key());
      reads.addAll(audience.reads());
    }
    boolean windowed = false;
    for (TraitDefinition trait : traits) {
      if (reads.contains(trait.key())) {
        events.add(trait.event());
        windowed |= !(trait.window() instanceof Window.Lifetime);
      }
    }
    this.watchesTime = windowed;
    this.fingerprint = fingerprint(ordered);
  }

  /**
   * Builds the plan of definitions without problems.
   *
   * @param traits the computed traits the audiences may look at
   * @throws IllegalArgumentException if audiences refer to each other in a circle
   */
  static AudiencePlan of(List<AudienceDefinition> audiences, List<TraitDefinition> traits) {
    Map<String, AudienceDefinition> open = new HashMap<>();
    audiences.forEach(audience -> open.put(audience.key(), audience));
    List<AudienceDefinition> ordered = new ArrayList<>();
    while (!open.isEmpty()) {
      List<AudienceDefinition> ready = new ArrayList<>();
      for (AudienceDefinition audience : audiences) {
        boolean waits = audience.references().stream().anyMatch(open::containsKey);
        if (open.containsKey(audience.key()) && !waits) {
          ready.add(audience);
        }
      }
      if (ready.isEmpty()) {
        throw new IllegalArgumentException(
            "audiences: got a circle among " + open.keySet() + " (expected none)");
      }
      ready.forEach(audience -> open.remove(audience.key()));
      ordered.addAll(ready);
    }
    return new AudiencePlan(ordered, traits);
  }

  /** The audiences, each behind those it refers to. */
  List<AudienceDefinition> ordered() {
    return ordered;
  }

  boolean isEmpty() {
    return ordered.isEmpty();
  }

  /** True if an audience of the plan has this key. */
  boolean hasKey(String key) {
    return keys.contains(key);
  }

  /** The keys of the traits that audiences look at. */
  Set<String> reads() {
    return Collections.unmodifiableSet(reads);
  }

  /** True if the event may change a trait that an audience looks at. */
  boolean concerns(Event event) {
    return event.type() == EventType.IDENTIFY
        || event.type() == EventType.WRITE
        || events.contains(event.name());
  }

  /** True if an audience looks at a trait that time alone may change. */
  boolean watchesTime() {
    return watchesTime;
  }

  /** Tells plans apart: equal for audiences that mean the same. Never 0. */
  long fingerprint() {
    return fingerprint;
  }

  private static long fingerprint(List<AudienceDefinition> audiences) {
    SortedMap<String, String> lines = new TreeMap<>();
    for (AudienceDefinition audience : audiences) {
      lines.put(
          audience.key(),
          audience.includeAnonymous()
              + "\n"
              + ValueText.json(audience.rootJson())
              + "\n"
              + audience.version());
    }
    long hash = ProfilePlan.hash(lines.toString());
    return hash == 0 ? 1 : hash;
  }
}
