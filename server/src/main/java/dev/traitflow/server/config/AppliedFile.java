package dev.traitflow.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Kind;
import dev.traitflow.core.space.Kinds;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the file that was applied last made: the objects it named, with the fields it gave them. The
 * next file is merged by it: what is in it and not in that file any more goes, all else stays. It
 * holds names only, no values and no secrets.
 *
 * @param lists by kind and by what names the object, the names of its fields
 */
record AppliedFile(Map<Kind<?>, Map<String, Set<String>>> lists) {
  /** That of a space to which no file was applied, or none since this is remembered. */
  static final AppliedFile NONE = new AppliedFile(Map.of());

  AppliedFile {
    Map<Kind<?>, Map<String, Set<String>>> named = new LinkedHashMap<>();
    lists.forEach(
        (kind, objects) -> {
          if (!objects.isEmpty()) {
            named.put(kind, Map.copyOf(objects));
          }
        });
    lists = Map.copyOf(named);
  }

  /** Reads what {@link #json} wrote; a missing node is {@link #NONE}. */
  static AppliedFile of(JsonNode json) {
    Map<Kind<?>, Map<String, Set<String>>> lists = new LinkedHashMap<>();
    for (Kind<?> kind : Kinds.ALL) {
      Map<String, Set<String>> objects = new HashMap<>();
      for (Map.Entry<String, JsonNode> object : json.path(kind.path()).properties()) {
        Set<String> fields = new TreeSet<>();
        object.getValue().forEach(field -> fields.add(field.asText()));
        objects.put(object.getKey(), fields);
      }
      lists.put(kind, objects);
    }
    return new AppliedFile(lists);
  }

  /** As JSON: the lists by their paths. */
  JsonNode json() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    for (Kind<?> kind : Kinds.ALL) {
      Map<String, Set<String>> objects = lists.get(kind);
      if (objects != null) {
        ObjectNode byKey = node.putObject(kind.path());
        new TreeMap<>(objects).forEach((key, fields) -> fields.forEach(byKey.putArray(key)::add));
      }
    }
    return node;
  }

  /** True if the file made the object. */
  boolean made(Kind<?> kind, String key) {
    return lists.getOrDefault(kind, Map.of()).containsKey(key);
  }

  /** The fields that the file gave the object; empty if it did not make it. */
  Set<String> fields(Kind<?> kind, String key) {
    return lists.getOrDefault(kind, Map.of()).getOrDefault(key, Set.of());
  }

  /** This after another file: of each list it names, its objects take the place of those here. */
  AppliedFile then(JsonNode file) {
    Map<Kind<?>, Map<String, Set<String>>> next = new LinkedHashMap<>();
    next.putAll(lists);
    for (Kind<?> kind : Kinds.ALL) {
      if (!kind.in(file).isMissingNode()) {
        Map<String, Set<String>> objects = new HashMap<>();
        kind.byKey(file).forEach((key, object) -> objects.put(key, new TreeSet<>(names(object))));
        next.put(kind, objects);
      }
    }
    return new AppliedFile(next);
  }

  /** This without the objects that a definition does not have: they were deleted by the API. */
  AppliedFile within(JsonNode definition) {
    Map<Kind<?>, Map<String, Set<String>>> kept = new LinkedHashMap<>();
    lists.forEach(
        (kind, objects) -> {
          Map<String, Set<String>> remaining = new HashMap<>(objects);
          remaining.keySet().retainAll(kind.byKey(definition).keySet());
          kept.put(kind, remaining);
        });
    return new AppliedFile(kept);
  }

  private static Set<String> names(ObjectNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
