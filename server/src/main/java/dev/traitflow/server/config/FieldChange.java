package dev.traitflow.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A field of a definition that would change.
 *
 * @param field its name
 * @param isSecret true if its value is a secret, which is shown nowhere
 * @param before its value now; null if it has none, and for a secret
 * @param after its value then; null if it has none, and for a secret
 */
public record FieldChange(
    String field, boolean isSecret, @Nullable JsonNode before, @Nullable JsonNode after) {
  /** What names an object: no change of these is one of the definition. */
  private static final Set<String> NAMES = Set.of("key", "id");

  /** The first part of the name: the member of the definition that the field is, or is in. */
  public String member() {
    return field.contains(".") ? field.substring(0, field.indexOf('.')) : field;
  }

  /** The same field within an object of the definition. */
  FieldChange in(String object) {
    return new FieldChange(object + "." + field, isSecret, before, after);
  }

  /**
   * Compares the fields of an object, in the order of the alphabet.
   *
   * @param spec its members
   * @param before null if it is new
   * @param after null if it goes
   */
  static List<FieldChange> between(
      Spec spec, @Nullable ObjectNode before, @Nullable ObjectNode after) {
    Set<String> names = new TreeSet<>();
    for (ObjectNode each : new ObjectNode[] {before, after}) {
      if (each != null) {
        each.fieldNames().forEachRemaining(names::add);
      }
    }
    names.removeAll(NAMES);
    names.removeAll(spec.setBySystem());
    Set<String> secrets = spec.secrets();
    List<FieldChange> changes = new ArrayList<>();
    for (String name : names) {
      JsonNode old = value(before, name);
      JsonNode wanted = value(after, name);
      boolean isSecret = secrets.contains(name);
      if (!isSame(isSecret, old, wanted)) {
        changes.add(
            isSecret
                ? new FieldChange(name, true, null, null)
                : new FieldChange(name, false, old, wanted));
      }
    }
    return changes;
  }

  private static boolean isSame(
      boolean isSecret, @Nullable JsonNode old, @Nullable JsonNode wanted) {
    if (isSecret && old != null && wanted != null) {
      // What is kept is a hash of it.
      return old.equals(wanted) || SecretHash.matches(old.asText(), wanted.asText());
    }
    return Objects.equals(old, wanted);
  }

  /** An empty list says what a missing one says. */
  private static @Nullable JsonNode value(@Nullable ObjectNode object, String name) {
    JsonNode value = object == null ? null : object.get(name);
    boolean isNothing =
        value == null || value.isNull() || (value.isContainerNode() && value.isEmpty());
    return isNothing ? null : value;
  }
}
