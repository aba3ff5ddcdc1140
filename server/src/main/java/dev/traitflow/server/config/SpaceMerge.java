package dev.traitflow.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Kind;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.space.Kinds;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.log.ExactJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file merged into a space in three ways, as {@code kubectl apply} does: by the file, by what the
 * space is, and by what the file before made.
 *
 * <p>Laws: an object that the file names has the file's fields; an object that only the file before
 * named goes; every other object stays, and so does a member that the file does not have. Merging
 * the same file again changes nothing.
 */
final class SpaceMerge {
  private final ObjectNode file;
  private final ObjectNode merged;
  private final AppliedFile before;
  private final boolean prune;
  private final List<SpaceObject> unmanaged = new ArrayList<>();

  /** Where an object of the file is in the merged definition: its place in the file by its own. */
  private final Map<String, String> places = new HashMap<>();

  private SpaceMerge(JsonNode file, @Nullable SpaceEntry current, boolean prune) {
    // Through bytes and back: numbers of a file and of the topic must compare equal.
    this.file = (ObjectNode) ExactJson.readOwn(ExactJson.write(file));
    this.merged = current == null ? JsonNodeFactory.instance.objectNode() : current.wanted();
    this.before = current == null ? AppliedFile.NONE : current.applied();
    this.prune = prune;
  }

  /**
   * Merges.
   *
   * @param file the definition that a file has
   * @param current the space; null if it is new
   * @param prune whether what the file does not name goes too, of the lists that it has
   */
  static SpaceMerge of(SpaceDefinition file, @Nullable SpaceEntry current, boolean prune) {
    SpaceMerge merge = new SpaceMerge(file.json(), current, prune);
    merge.run();
    return merge;
  }

  /**
   * The space as it would be.
   *
   * @throws InvalidDefinitionException if what stays contradicts the file
   */
  SpaceDefinition definition() throws InvalidDefinitionException {
    List<Problem> problems = new ArrayList<>();
    SpaceDefinition definition = SpaceDefinition.parse(merged, problems);
    if (!problems.isEmpty()) {
      throw new InvalidDefinitionException(problems.stream().map(this::inFile).toList());
    }
    return definition;
  }

  /** What the file would have made. */
  AppliedFile applied() {
    return before.then(file);
  }

  /** What would stay though the file does not name it. */
  List<SpaceObject> unmanaged() {
    return unmanaged;
  }

  /** A problem with the merged definition as one with the file, where it has that place. */
  Problem inFile(Problem problem) {
    for (Kind<?> kind : Kinds.ALL) {
      String prefix = "/" + kind.path() + "/";
      if (!problem.pointer().startsWith(prefix)) {
        continue;
      }
      String rest = problem.pointer().substring(prefix.length());
      int end = rest.indexOf('/') < 0 ? rest.length() : rest.indexOf('/');
      String place = places.get(prefix + rest.substring(0, end));
      if (place != null) {
        return new Problem(place + rest.substring(end), problem.message());
      }
      JsonNode object = kind.in(merged).path(Integer.parseInt(rest.substring(0, end)));
      return new Problem(
          "",
          "the "
              + kind.word()
              + " '"
              + kind.key(object)
              + "', which this file does not manage, "
              + problem.message());
    }
    return problem;
  }

  private void run() {
    for (Kind<?> kind : Kinds.ALL) {
      if (kind.in(file).isMissingNode()) {
        kind.byKey(merged)
            .keySet()
            .forEach(key -> unmanaged.add(new SpaceObject(kind, key, false)));
      } else {
        merge(kind);
      }
    }
    takeMembers(file, merged, Set.of("identity"));
    if (file.path("identity") instanceof ObjectNode identity) {
      takeMembers(identity, merged.withObject("/identity"), Set.of());
    }
  }

  private static void takeMembers(ObjectNode from, ObjectNode into, Set<String> without) {
    for (Map.Entry<String, JsonNode> member : from.properties()) {
      JsonNode value = member.getValue();
      if (!value.isNull() && !Kinds.isList(member.getKey()) && !without.contains(member.getKey())) {
        into.set(member.getKey(), value);
      }
    }
  }

  private void merge(Kind<?> kind) {
    Map<String, ObjectNode> wanted = kind.byKey(file);
    List<String> inFile = List.copyOf(wanted.keySet());
    List<ObjectNode> objects = new ArrayList<>();
    // In the order the space has: it means nothing, and another one would be a change.
    for (Map.Entry<String, ObjectNode> each : kind.byKey(merged).entrySet()) {
      String key = keyInFile(wanted, each.getKey(), each.getValue());
      ObjectNode object = wanted.remove(key);
      if (object != null) {
        place(kind, objects.size(), inFile.indexOf(key));
        objects.add(mixed(kind, each.getKey(), each.getValue(), object));
      } else if (!prune && !before.made(kind, each.getKey())) {
        unmanaged.add(new SpaceObject(kind, each.getKey(), true));
        objects.add(each.getValue());
      }
    }
    for (Map.Entry<String, ObjectNode> added : wanted.entrySet()) {
      place(kind, objects.size(), inFile.indexOf(added.getKey()));
      objects.add(added.getValue().deepCopy());
    }
    kind.set(merged, objects);
  }

  private void place(Kind<?> kind, int index, int indexInFile) {
    places.put("/" + kind.path() + "/" + index, "/" + kind.path() + "/" + indexInFile);
  }

  /** An id, where an object has one, names it better than what it is called. */
  private static String keyInFile(Map<String, ObjectNode> wanted, String key, ObjectNode current) {
    for (Map.Entry<String, ObjectNode> each : wanted.entrySet()) {
      if (each.getValue().hasNonNull("id")
          && each.getValue().path("id").equals(current.path("id"))) {
        return each.getKey();
      }
    }
    return key;
  }

  /**
   * An object with the file's fields. Others that were given to it since stay, if they fit; an
   * object that the file names for the first time becomes as the file has it.
   */
  private ObjectNode mixed(Kind<?> kind, String key, ObjectNode current, ObjectNode wanted) {
    ObjectNode plain = wanted.deepCopy();
    if (!plain.has("id") && current.has("id")) {
      plain.set("id", current.get("id"));
    }
    if (!before.made(kind, key)) {
      return plain;
    }
    ObjectNode mixed = current.deepCopy();
    mixed.remove(before.fields(kind, key));
    mixed.setAll(plain);
    return kind.takes(mixed) ? mixed : plain;
  }
}
