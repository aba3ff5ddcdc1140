package dev.traitflow.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
 * @param before its value now; null if it has none, and for a secret
 * @param after its value then; null if it has none, and for a secret
 */
public record FieldChange(String field, @Nullable JsonNode before, @Nullable JsonNode after) {
  /**
   * What the system sets, and what names an object: no change of these is one of the definition.
   */
  private static final Set<String> UNSEEN = Set.of("slot", "version", "created_at", "key", "id");

  private static final String WRITE_KEY = "write_key";
  private static final String TOKEN = "token";

  /** True if the value is a secret, which is shown nowhere. */
  public boolean isSecret() {
    return field.equals(WRITE_KEY) || field.equals(TOKEN);
  }

  /** The first part of the name: the member of the definition that the field is, or is in. */
  public String member() {
    return field.contains(".") ? field.substring(0, field.indexOf('.')) : field;
  }

  /** Compares the fields of an object, in the order of the alphabet; null means there is none. */
  static List<FieldChange> between(@Nullable ObjectNode before, @Nullable ObjectNode after) {
    Set<String> names = new TreeSet<>();
    for (ObjectNode each : new ObjectNode[] {before, after}) {
      if (each != null) {
        each.fieldNames().forEachRemaining(names::add);
      }
    }
    names.removeAll(UNSEEN);
    List<FieldChange> changes = new ArrayList<>();
    for (String name : names) {
      JsonNode old = value(before, name);
      JsonNode wanted = value(after, name);
      if (!isSame(name, old, wanted)) {
        FieldChange change = new FieldChange(name, old, wanted);
        changes.add(change.isSecret() ? new FieldChange(name, null, null) : change);
      }
    }
    return changes;
  }

  private static boolean isSame(String name, @Nullable JsonNode old, @Nullable JsonNode wanted) {
    boolean isSecret = name.equals(TOKEN) || name.equals(WRITE_KEY);
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
