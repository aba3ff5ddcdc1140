package dev.traitflow.core.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.definition.Fields;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One destination of a space: what receives the values that name it, and the events of the sources
 * it names.
 *
 * @param id fixed for good; empty in a definition that leaves it to be generated
 * @param name shown to people, 1 to 255 characters; unique in the space
 * @param kind what it is; {@link #CAPTURE} is the only kind so far
 * @param enabled false if it receives nothing; then nothing is kept for it either
 * @param action as what values are sent to it
 * @param actions as what the values of single computations are sent instead, by their key
 * @param sources slugs of the sources whose events it receives
 */
public record DestinationDefinition(
    String id,
    String name,
    String kind,
    boolean enabled,
    Action action,
    Map<String, Action> actions,
    List<String> sources) {

  /** Keeps what it receives, for reading. */
  public static final String CAPTURE = "capture";

  private static final int NAME_LENGTH_MAX = 255;
  private static final List<String> LATER =
      List.of("webhook", "kafka", "jdbc", "list-webhook", "storage");
  private static final List<String> SETTINGS_LATER =
      List.of("mappings", "id_sync", "filters", "settings", "rate", "event_names");

  public DestinationDefinition {
    actions = Map.copyOf(actions);
    sources = List.copyOf(sources);
  }

  /**
   * Reads the definition strictly; what is wrong is added to the reader's problems, and then the
   * answer must not be used.
   */
  public static DestinationDefinition parse(Fields fields) {
    String id = fields.optionalText("id").orElse("");
    if (!id.isEmpty() && !id.matches("[A-Za-z0-9_-]{1,64}")) {
      fields.problem("id", "got '" + id + "' (expected 1 to 64 letters, digits, _ and -)");
    }
    String name = fields.text("name");
    if (name.length() > NAME_LENGTH_MAX) {
      fields.problem(
          "name", "has " + name.length() + " characters (expected 1 to " + NAME_LENGTH_MAX + ")");
    }
    for (String later : SETTINGS_LATER) {
      if (fields.has(later)) {
        fields.problem(later, "is not supported yet (expected none)");
      }
    }
    fields.get("description");
    DestinationDefinition definition =
        new DestinationDefinition(
            id,
            name,
            kind(fields),
            fields.bool("enabled", false),
            action(fields, "action"),
            actions(fields),
            fields.texts("sources"));
    fields.end();
    return definition;
  }

  /** As what the values of a computation are sent. */
  public Action actionOf(String computation) {
    return actions.getOrDefault(computation, action);
  }

  /** True if a computation that names {@code idOrName} means this destination. */
  public boolean isNamed(String idOrName) {
    return id.equals(idOrName) || name.equals(idOrName);
  }

  private static String kind(Fields fields) {
    // The rules call it both ways.
    String member = fields.has("type") && !fields.has("kind") ? "type" : "kind";
    String kind = fields.text(member);
    if (LATER.contains(kind)) {
      fields.problem(member, "got '" + kind + "', which is not supported yet (expected capture)");
    } else if (!kind.isEmpty() && !kind.equals(CAPTURE)) {
      fields.problem(member, "got '" + kind + "' (expected capture)");
    }
    return kind;
  }

  private static Action action(Fields fields, String name) {
    return fields.word(name, "identify or track", Action::of).orElse(Action.IDENTIFY);
  }

  private static Map<String, Action> actions(Fields fields) {
    Map<String, Action> actions = new HashMap<>();
    Fields byKey = fields.object("actions");
    JsonNode json = fields.get("actions");
    if (byKey != null && json != null && json.isObject()) {
      json.fieldNames().forEachRemaining(key -> actions.put(key, action(byKey, key)));
    }
    return actions;
  }
}
