package dev.traitflow.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Gives each object without an id one, of the kinds whose objects have ids: that of the object of
 * the same name before, or a new one. What was sent is remembered by the id of a destination, so it
 * must not change with a file.
 */
final class GivenIds {
  private GivenIds() {}

  /**
   * Fills in the ids of one kind.
   *
   * @param json the new definition
   * @param current what the space is now, null if it is new
   * @param random for new ids
   */
  static void give(
      Kind<?> kind, JsonNode json, @Nullable SpaceEntry current, RandomGenerator random) {
    if (!kind.hasIds()) {
      return;
    }
    Map<String, String> idByKey = new HashMap<>();
    if (current != null) {
      for (JsonNode before : kind.in(current.definition().json())) {
        idByKey.put(kind.key(before), before.path("id").asText());
      }
    }
    for (JsonNode item : kind.in(json)) {
      if (!item.hasNonNull("id") && item instanceof ObjectNode object) {
        object.put(
            "id",
            idByKey.computeIfAbsent(
                kind.key(item), unknown -> RandomId.of(kind.idPrefix(), random)));
      }
    }
  }
}
