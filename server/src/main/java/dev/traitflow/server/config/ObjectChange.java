package dev.traitflow.server.config;

import dev.traitflow.core.definition.Kind;
import dev.traitflow.core.trait.TraitDefinition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of one object of a space.
 *
 * @param kind what it is
 * @param key what names it there
 * @param action what becomes of it
 * @param fields how its fields change; all of them if it is created or deleted
 * @param version the version it would have; 0 if it has none, or is deleted
 * @param restored true if its key was deleted before and comes back
 * @param computed the trait that would be computed, without a slot; null if none would
 */
public record ObjectChange(
    Kind<?> kind,
    String key,
    Action action,
    List<FieldChange> fields,
    int version,
    boolean restored,
    @Nullable TraitDefinition computed) {
  /** What becomes of an object. */
  public enum Action {
    CREATE,
    EDIT,
    DELETE,
    /** It is not computed any more from then on: values stay as they are. */
    FREEZE,
    /** Only words about it change, or nothing at all: values stay. */
    KEEP
  }

  public ObjectChange {
    fields = List.copyOf(fields);
  }

  /** True if something changes, if only words. */
  public boolean isChange() {
    return action != Action.KEEP || !fields.isEmpty();
  }

  /**
   * True if something is lost by it: an object goes, a secret stops working, values are replaced by
   * those of another definition.
   */
  public boolean isDestructive() {
    return action == Action.DELETE
        || (action == Action.EDIT
            && fields.stream()
                .anyMatch(change -> change.isSecret() || kind.decides(change.field())));
  }
}
