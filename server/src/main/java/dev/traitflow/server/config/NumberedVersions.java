package dev.traitflow.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Kind;
import dev.traitflow.core.definition.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives each object of a new definition its version and the instant it was created at, for a kind
 * whose versions are numbered.
 *
 * <p>Laws: an object of which nothing changed that decides keeps its version; any other gets the
 * next version of its key. The history of keys is shared with traits, as they share one name space:
 * a key that one of them had comes back only on purpose.
 */
final class NumberedVersions {
  private final Kind<?> kind;
  private final Map<String, JsonNode> before = new HashMap<>();
  private final Map<String, List<JsonNode>> history;
  private final long now;
  private final boolean restore;
  private final List<Problem> problems = new ArrayList<>();

  /**
   * Prepares a revision.
   *
   * @param kind the kind
   * @param current what the space is now, null if it is new
   * @param history every version of every key the space ever had, to be added to
   * @param now when new objects are created, epoch milliseconds
   * @param restore whether a key that was deleted may come back
   */
  NumberedVersions(
      Kind<?> kind,
      @Nullable SpaceEntry current,
      Map<String, List<JsonNode>> history,
      long now,
      boolean restore) {
    this.kind = kind;
    this.history = history;
    this.now = now;
    this.restore = restore;
    if (current != null) {
      before.putAll(kind.byKey(current.definition().json()));
    }
  }

  /** Fills in what the system sets. */
  void take(ObjectNode space) {
    int index = 0;
    for (Map.Entry<String, ObjectNode> each : kind.byKey(space).entrySet()) {
      take("/" + kind.path() + "/" + index++, each.getKey(), each.getValue());
    }
  }

  /** What cannot be. */
  List<Problem> problems() {
    return problems;
  }

  private void take(String pointer, String key, ObjectNode object) {
    JsonNode old = before.get(key);
    if (old == null && history.containsKey(key) && !restore) {
      problems.add(
          new Problem(
              pointer,
              "has the key '"
                  + key
                  + "', which belonged to something that was deleted (expected a new key, or"
                  + " restore=true)"));
      return;
    }
    object.put("created_at", old == null ? now : old.path("created_at").asLong());
    if (old != null
        && SpaceRevision.decisive(kind, old).equals(SpaceRevision.decisive(kind, object))) {
      object.put("version", old.path("version").asLong());
    } else {
      object.put("version", history.getOrDefault(key, List.of()).size() + 1L);
      SpaceEntry.remember(history, key, object);
    }
  }
}
