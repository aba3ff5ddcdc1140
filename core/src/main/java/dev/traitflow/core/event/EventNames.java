package dev.traitflow.core.event;

import java.util.Arrays;
import java.util.Set;

/**
 * Names of events that computed traits look at, and a hash of a name, so that a store can tell an
 * event apart without reading it.
 */
public final class EventNames {
  /** The hash of an event that no computed trait looks at, such as an identify call. */
  public static final int UNCOUNTED = 0;

  private static final int PRIME = 0x01000193;
  private static final int BASIS = 0x811c9dc5;

  private final Set<String> names;
  private final int[] hashes;

  /** These names, as {@link Event#name}. */
  public EventNames(Set<String> names) {
    this.names = Set.copyOf(names);
    this.hashes = this.names.stream().mapToInt(EventNames::hash).sorted().toArray();
  }

  /** True if computed traits look at this event: track, page and screen calls. */
  public static boolean isCounted(Event event) {
    return event.type() == EventType.TRACK
        || event.type() == EventType.PAGE
        || event.type() == EventType.SCREEN;
  }

  /** The hash that is kept of an event, the same in every process. */
  public static int hash(Event event) {
    return isCounted(event) ? hash(event.name()) : UNCOUNTED;
  }

  /** True if an event of this hash may have one of the names; never false for one that has. */
  public boolean mayContain(int hash) {
    return hash != UNCOUNTED && Arrays.binarySearch(hashes, hash) >= 0;
  }

  /** True if computed traits look at the event and it has one of the names. */
  public boolean contains(Event event) {
    return isCounted(event) && names.contains(event.name());
  }

  /** FNV-1a over the UTF-16 units. */
  private static int hash(String name) {
    int hash = BASIS;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * PRIME;
    }
    return hash == UNCOUNTED ? 1 : hash;
  }
}
