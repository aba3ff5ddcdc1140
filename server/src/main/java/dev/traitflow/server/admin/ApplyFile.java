package dev.traitflow.server.admin;

import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.config.InvalidDefinitionException;
import dev.traitflow.server.config.SpaceRegistry;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Applies a space file: the same for one that is sent and for one that a start names. */
public final class ApplyFile {
  private final SpaceRegistry spaces;
  private final BiConsumer<SpaceDefinition, SpaceDefinition> redefined;

  /**
   * Creates it.
   *
   * @param redefined gets a space as it was and as it is after a file was applied
   */
  public ApplyFile(SpaceRegistry spaces, BiConsumer<SpaceDefinition, SpaceDefinition> redefined) {
    this.spaces = spaces;
    this.redefined = redefined;
  }

  /**
   * Applies a file.
   *
   * @param prune whether what the file does not name goes too, of the lists that it has
   * @return the space as it is now
   */
  public SpaceDefinition apply(SpaceDefinition file, boolean prune)
      throws InvalidDefinitionException {
    Optional<SpaceDefinition> before = spaces.find(file.id().isEmpty() ? file.slug() : file.id());
    SpaceDefinition after = spaces.apply(file, prune);
    before.ifPresent(was -> redefined.accept(was, after));
    return after;
  }
}
