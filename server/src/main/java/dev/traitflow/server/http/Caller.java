package dev.traitflow.server.http;

import dev.traitflow.core.space.SpaceDefinition;
import org.jspecify.annotations.Nullable;

/**
 * Who makes a request, as far as its route had to know.
 *
 * @param access what was checked
 * @param space the space that the caller was let into; null where the route is of none
 */
public record Caller(Access access, @Nullable SpaceDefinition space) {
  /** The space that the caller was let into; the route is one of a space. */
  public SpaceDefinition spaceRead() {
    if (space == null) {
      throw new IllegalStateException("caller: got none of a space (expected one)");
    }
    return space;
  }
}
