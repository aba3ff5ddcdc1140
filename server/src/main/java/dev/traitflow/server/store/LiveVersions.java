package dev.traitflow.server.store;

import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.trait.TraitDefinition;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which version of each computed trait readers see. To make a new version seen by all at once, the
 * pointer is moved; the values of both versions lie in the store while that happens.
 */
final class LiveVersions {
  /** Nothing is defined. */
  static final LiveVersions NONE = new LiveVersions(Map.of());

  private final Map<String, Map<String, Integer>> bySpace;

  private LiveVersions(Map<String, Map<String, Integer>> bySpace) {
    this.bySpace = bySpace;
  }

  /** The versions these definitions name. */
  static LiveVersions of(Collection<SpaceDefinition> spaces) {
    Map<String, Map<String, Integer>> bySpace = new HashMap<>();
    for (SpaceDefinition space : spaces) {
      Map<String, Integer> versions = new HashMap<>();
      for (TraitDefinition trait : space.traits()) {
        versions.put(trait.key(), trait.version());
      }
      bySpace.put(space.id(), versions);
    }
    return new LiveVersions(bySpace);
  }

  /** True if the value is of the version of a computed trait that readers see. */
  boolean isLive(String space, TraitValue value) {
    Integer version = version(space, value.key());
    return version != null
        && value.traitClass() == TraitClass.COMPUTED
        && version == value.version();
  }

  /** True if readers see the value: a live one, or one no computed trait goes before. */
  boolean shows(String space, TraitValue value) {
    return version(space, value.key()) == null || isLive(space, value);
  }

  private @Nullable Integer version(String space, String key) {
    return bySpace.getOrDefault(space, Map.of()).get(key);
  }
}
