package dev.traitflow.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the file that was applied last made: the objects it named, with the fields it gave them. The
 * next file is merged by it: what is in it and not in that file any more goes, all else stays. It
 * holds names only, no values and no secrets.
 *
 * @param lists by list and by what names the object, the names of its fields
 */
record AppliedFile(Map<SpaceList, Map<String, Set<String>>> lists) {
  /** That of a space to which no file was applied, or none since this is remembered. */
  static final AppliedFile NONE = new AppliedFile(Map.of());

  AppliedFile {
    Map<SpaceList, Map<String, Set<String>>> named = new EnumMap<>(SpaceList.class);
    lists.forEach(
        (list, objects) -> {
          if (!objects.isEmpty()) {
            named.put(list, Map.copyOf(objects));
          }
        });
    lists = Map.copyOf(named);
  }

  /** Reads what {@link #json} wrote; a missing node is {@link #NONE}. */
  static AppliedFile of(JsonNode json) {
    Map<SpaceList, Map<String, Set<String>>> lists = new EnumMap<>(SpaceList.class);
    for (SpaceList list : SpaceList.values()) {
      Map<String, Set<String>> objects = new HashMap<>();
      for (Map.Entry<String, JsonNode> object : json.path(list.path()).properties()) {
        Set<String> fields = new TreeSet<>();
        object.getValue().forEach(field -> fields.add(field.asText()));
        objects.put(object.getKey(), fields);
      }
      lists.put(list, objects);
    }
    return new AppliedFile(lists);
  }

  /** As JSON: the lists by their paths. */
  JsonNode json() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    new TreeMap<>(lists)
        .forEach(
            (list, objects) -> {
              ObjectNode byKey = node.putObject(list.path());
              new TreeMap<>(objects)
                  .forEach((key, fields) -> fields.forEach(byKey.putArray(key)::add));
            });
    return node;
  }

  /** True if the file made the object. */
  boolean made(SpaceList list, String key) {
    return lists.getOrDefault(list, Map.of()).containsKey(key);
  }

  /** The fields that the file gave the object; empty if it did not make it. */
  Set<String> fields(SpaceList list, String key) {
    return lists.getOrDefault(list, Map.of()).getOrDefault(key, Set.of());
  }

  /** This after another file: of each list it names, its objects take the place of those here. */
  AppliedFile then(JsonNode file) {
    Map<SpaceList, Map<String, Set<String>>> next = new EnumMap<>(SpaceList.class);
    next.putAll(lists);
    for (SpaceList list : SpaceList.values()) {
      if (!list.in(file).isMissingNode()) {
        Map<String, Set<String>> objects = new HashMap<>();
        list.byKey(file).forEach((key, object) -> objects.put(key, new TreeSet<>(names(object))));
        next.put(list, objects);
      }
    }
    return new AppliedFile(next);
  }

  /** This without the objects that a definition does not have: they were deleted by the API. */
  AppliedFile within(JsonNode definition) {
    Map<SpaceList, Map<String, Set<String>>> kept = new EnumMap<>(SpaceList.class);
    lists.forEach(
        (list, objects) -> {
          Map<String, Set<String>> remaining = new HashMap<>(objects);
          remaining.keySet().retainAll(list.byKey(definition).keySet());
          kept.put(list, remaining);
        });
    return new AppliedFile(kept);
  }

  private static Set<String> names(ObjectNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
