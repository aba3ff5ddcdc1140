package dev.traitflow.server.delivery.rows;

import dev.traitflow.core.delivery.DestinationDefinition;
import dev.traitflow.core.space.SpaceDefinition;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which values somebody wants to be told of: those that name a destination that is enabled. */
public final class Subscriptions {
  /** Nobody wants anything. */
  static final Subscriptions NONE = new Subscriptions(Map.of());

  private final Map<String, Set<String>> keysBySpace;

  private Subscriptions(Map<String, Set<String>> keysBySpace) {
    this.keysBySpace = keysBySpace;
  }

  /** What these definitions want. */
  public static Subscriptions of(Collection<SpaceDefinition> spaces) {
    Map<String, Set<String>> keysBySpace = new HashMap<>();
    for (SpaceDefinition space : spaces) {
      Set<String> keys = new HashSet<>();
      space.traits().forEach(trait -> add(space, trait.key(), trait.destinations(), keys));
      space.staged().forEach(trait -> add(space, trait.key(), trait.destinations(), keys));
      space.audiences().forEach(each -> add(space, each.key(), each.destinations(), keys));
      if (!keys.isEmpty()) {
        keysBySpace.put(space.id(), keys);
      }
    }
    return new Subscriptions(keysBySpace);
  }

  /** True if a value of the space is wanted. */
  boolean wants(String space) {
    return keysBySpace.containsKey(space);
  }

  /** True if the value of this key is wanted. */
  boolean wants(String space, String key) {
    return keysBySpace.getOrDefault(space, Set.of()).contains(key);
  }

  private static void add(SpaceDefinition space, String key, List<String> named, Set<String> keys) {
    for (DestinationDefinition destination : space.destinations()) {
      if (destination.enabled() && named.stream().anyMatch(destination::isNamed)) {
        keys.add(key);
      }
    }
  }
}
