package dev.traitflow.server.questions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.json.JsonTree;
import dev.traitflow.server.store.read.ProfileView;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Names that a space has seen: of events, of their properties, of traits. It looks at a bounded
 * sample, the newest events of some profiles, so that a name it does not have may have been seen
 * all the same.
 */
public final class SeenNames {
  private static final int PROFILES_MAX = 1_000;
  private static final int EVENTS_OF_PROFILE_MAX = 50;
  private static final int EVENTS_MAX = 10_000;

  /** Of so many events of one name the properties are read. */
  private static final int READ_OF_NAME_MAX = 50;

  private static final int NAMES_MAX = 1_000;

  private final Map<String, Set<String>> properties = new HashMap<>();
  private final Map<String, Integer> read = new HashMap<>();
  private final Set<String> traits = new TreeSet<>();
  private int profiles;
  private int events;

  private SeenNames() {}

  /**
   * Looks. Cost: at most {@value #PROFILES_MAX} profiles and {@value #EVENTS_MAX} events are read.
   *
   * @param space the space's id
   */
  public static SeenNames of(ProfileView view, String space) {
    SeenNames seen = new SeenNames();
    view.profiles(space, profile -> seen.take(view, space, profile));
    return seen;
  }

  /** Names of events. */
  public Set<String> events() {
    return properties.keySet();
  }

  /** First-level names in the properties of the events of a name. */
  public Set<String> properties(String event) {
    return properties.getOrDefault(event, Set.of());
  }

  /** Keys of traits that profiles have. */
  public Set<String> traits() {
    return traits;
  }

  private boolean take(ProfileView view, String space, String profile) {
    view.traits(space, profile, "", trait -> traits.size() >= NAMES_MAX || traits.add(trait.key()));
    int[] left = {EVENTS_OF_PROFILE_MAX};
    view.events(
        space,
        profile,
        0,
        Long.MAX_VALUE,
        false,
        resolved -> {
          take(resolved.event());
          return --left[0] > 0;
        });
    return ++profiles < PROFILES_MAX && events < EVENTS_MAX;
  }

  private void take(Event event) {
    events++;
    if (event.name().isEmpty()
        || (properties.size() >= NAMES_MAX && !properties.containsKey(event.name()))) {
      return;
    }
    Set<String> names = properties.computeIfAbsent(event.name(), unseen -> new TreeSet<>());
    if (read.merge(event.name(), 1, Integer::sum) <= READ_OF_NAME_MAX && names.size() < NAMES_MAX) {
      JsonNode json = JsonTree.parse(event.properties());
      json.fieldNames().forEachRemaining(names::add);
    }
  }
}
