package dev.traitflow.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Gives each destination that has none an id: that of the destination of the same name before, or a
 * new one. What was sent is remembered by the id, so it must not change with a file.
 */
final class DestinationRevision {
  private DestinationRevision() {}

  /**
   * Fills in the ids.
   *
   * @param json the destinations of the new definition
   * @param current what the space is now, null if it is new
   * @param random for new ids
   */
  static void revise(JsonNode json, @Nullable SpaceEntry current, RandomGenerator random) {
    Map<String, String> idByName = new HashMap<>();
    if (current != null) {
      for (JsonNode before : current.definition().json().path("destinations")) {
        idByName.put(before.path("name").asText(), before.path("id").asText());
      }
    }
    for (JsonNode item : json) {
      if (!item.hasNonNull("id") && item instanceof ObjectNode destination) {
        String name = item.path("name").asText();
        destination.put(
            "id", idByName.computeIfAbsent(name, unknown -> RandomId.of("dst_", random)));
      }
    }
  }
}
