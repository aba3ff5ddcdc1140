package dev.traitflow.server.config;

import dev.traitflow.core.space.SpaceDefinition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What applying a file would do.
 *
 * @param current the space now; null if it would be new
 * @param wanted the space as it would be
 * @param changes what would change
 * @param unmanaged what would stay though the file does not name it
 */
public record SpacePlan(
    @Nullable SpaceDefinition current,
    SpaceDefinition wanted,
    SpaceChanges changes,
    List<SpaceObject> unmanaged) {
  public SpacePlan {
    unmanaged = List.copyOf(unmanaged);
  }
}
