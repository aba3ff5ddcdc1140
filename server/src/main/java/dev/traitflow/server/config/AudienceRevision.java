package dev.traitflow.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.audience.AudienceDefinition;
import dev.traitflow.core.space.SpaceDefinition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives each audience of a new definition its version and the instant it was created at.
 *
 * <p>Law: an audience whose conditions did not change keeps its version; any other gets the next
 * version of its key. Keys share one count with the traits', as they share one name space.
 */
final class AudienceRevision {
  private static final List<String> CONDITIONS = List.of("root", "include_anonymous");

  private AudienceRevision() {}

  /**
   * Fills in what the system sets.
   *
   * @param wanted the definition as written
   * @param json its JSON, which is changed
   * @param current what the space is now, null if it is new
   * @param versions newest version of every key the space ever had, which is changed
   * @param now when new audiences are created, epoch milliseconds
   */
  static void revise(
      SpaceDefinition wanted,
      ObjectNode json,
      @Nullable SpaceDefinition current,
      Map<String, Integer> versions,
      long now) {
    Map<String, JsonNode> before = new HashMap<>();
    if (current != null) {
      for (int i = 0; i < current.audiences().size(); i++) {
        before.put(current.audiences().get(i).key(), current.json().path("audiences").path(i));
      }
    }
    List<AudienceDefinition> audiences = wanted.audiences();
    for (int i = 0; i < audiences.size(); i++) {
      String key = audiences.get(i).key();
      ObjectNode audience = (ObjectNode) json.path("audiences").path(i);
      JsonNode old = before.get(key);
      if (old != null && isSame(old, audience)) {
        audience.put("version", old.path("version").asLong());
      } else {
        audience.put("version", (long) versions.merge(key, 1, Integer::sum));
      }
      audience.put("created_at", old == null ? now : old.path("created_at").asLong());
    }
  }

  private static boolean isSame(JsonNode old, JsonNode audience) {
    return CONDITIONS.stream().allMatch(name -> old.path(name).equals(audience.path(name)));
  }
}
