package dev.traitflow.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.audience.AudienceDefinition;
import dev.traitflow.core.space.SpaceDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives each audience of a new definition its version and the instant it was created at.
 *
 * <p>Laws: an audience whose conditions did not change keeps its version; any other gets the next
 * version of its key. The history of keys is shared with traits, as they share one name space: a
 * key that one of them had is never given again.
 */
final class AudienceRevision {
  private static final List<String> CONDITIONS = List.of("root", "include_anonymous");

  private final Map<String, JsonNode> before = new HashMap<>();
  private final Map<String, List<JsonNode>> history;
  private final long now;
  private final List<String> problems = new ArrayList<>();

  /**
   * Prepares a revision.
   *
   * @param current what the space is now, null if it is new
   * @param history every version of every key the space ever had, to be added to
   * @param now when new audiences are created, epoch milliseconds
   */
  AudienceRevision(@Nullable SpaceEntry current, Map<String, List<JsonNode>> history, long now) {
    this.history = history;
    this.now = now;
    if (current != null) {
      SpaceDefinition definition = current.definition();
      for (int i = 0; i < definition.audiences().size(); i++) {
        before.put(
            definition.audiences().get(i).key(), definition.json().path("audiences").path(i));
      }
    }
  }

  /** Fills in what the system sets; {@code json} is the list of the audiences. */
  void take(List<AudienceDefinition> audiences, JsonNode json) {
    for (int i = 0; i < audiences.size(); i++) {
      take(audiences.get(i).key(), (ObjectNode) json.path(i));
    }
  }

  /** What cannot be, one sentence each. */
  List<String> problems() {
    return problems;
  }

  private void take(String key, ObjectNode audience) {
    JsonNode old = before.get(key);
    if (old == null && history.containsKey(key)) {
      problems.add(
          "/audiences: the key '"
              + key
              + "' belonged to something that was deleted (expected a new key)");
      return;
    }
    audience.put("created_at", old == null ? now : old.path("created_at").asLong());
    if (old != null && isSame(old, audience)) {
      audience.put("version", old.path("version").asLong());
    } else {
      audience.put("version", history.getOrDefault(key, List.of()).size() + 1L);
      SpaceEntry.remember(history, key, audience);
    }
  }

  private static boolean isSame(JsonNode old, JsonNode audience) {
    return CONDITIONS.stream().allMatch(name -> old.path(name).equals(audience.path(name)));
  }
}
