package dev.traitflow.server.store.read;

import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.core.trait.TraitLevel;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which version of each computed trait readers see. To make a new version seen by all at once, the
 * pointer is moved; the values of both versions lie in the store while that happens.
 */
public final class LiveVersions {
  /** Nothing is defined. */
  static final LiveVersions NONE = new LiveVersions(Map.of());

  private final Map<String, Map<String, Live>> bySpace;

  private record Live(TraitLevel level, int version) {}

  private LiveVersions(Map<String, Map<String, Live>> bySpace) {
    this.bySpace = bySpace;
  }

  /** The versions these definitions name. */
  public static LiveVersions of(Collection<SpaceDefinition> spaces) {
    Map<String, Map<String, Live>> bySpace = new HashMap<>();
    for (SpaceDefinition space : spaces) {
      Map<String, Live> versions = new HashMap<>();
      for (TraitDefinition trait : space.traits()) {
        versions.put(trait.key(), new Live(trait.level(), trait.version()));
      }
      bySpace.put(space.id(), versions);
    }
    return new LiveVersions(bySpace);
  }

  /** True if the value is of the version of a computed trait that readers see. */
  boolean isLive(String space, TraitLevel level, TraitValue value) {
    Live live = live(space, level, value.key());
    return live != null
        && value.traitClass() == TraitClass.COMPUTED
        && live.version == value.version();
  }

  /**
   * True if readers see the value: a live one, or one no computed trait goes before. A version
   * newer than the live one, set where live ones are, is of a definition that only this server has
   * not heard of yet, as a replica may not have.
   */
  boolean shows(String space, TraitLevel level, TraitValue value) {
    Live live = live(space, level, value.key());
    return live == null
        || (value.traitClass() == TraitClass.COMPUTED && value.version() >= live.version);
  }

  /** A trait of accounts hides nothing of users, whatever they call it, and the other way round. */
  private @Nullable Live live(String space, TraitLevel level, String key) {
    Live live = bySpace.getOrDefault(space, Map.of()).get(key);
    return live == null || live.level != level ? null : live;
  }
}
