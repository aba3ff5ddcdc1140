package dev.traitflow.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.codec.Fields;
import dev.traitflow.core.codec.Problem;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.config.InvalidDefinitionException;
import dev.traitflow.server.config.SpaceRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Changes one list of a space's definition for a caller: the definition as it stands, with the
 * change, is applied as a whole, so that there is one set of rules for files and for the API.
 */
final class SpaceEditor {
  private final SpaceRegistry spaces;

  SpaceEditor(SpaceRegistry spaces) {
    this.spaces = spaces;
  }

  /** A change to the JSON of a definition; it may throw an {@link HttpProblem}. */
  interface Edit {
    void apply(SpaceDefinition space, ObjectNode json);
  }

  /** The space with this id or slug, or 404. */
  SpaceDefinition space(String idOrSlug) {
    return spaces
        .find(idOrSlug)
        .orElseThrow(
            () -> new HttpProblem(404, "not_found", "There is no space '" + idOrSlug + "'."));
  }

  /**
   * Applies an edit, one after the other.
   *
   * @param list the list it is about: problems with its items are told without their place
   * @return the space as it is now
   */
  SpaceDefinition edit(String idOrSlug, String list, Edit edit) {
    synchronized (spaces) {
      SpaceDefinition space = space(idOrSlug);
      ObjectNode json = space.json().deepCopy();
      edit.apply(space, json);
      List<Problem> problems = new ArrayList<>();
      SpaceDefinition wanted = SpaceDefinition.parse(json, problems);
      refuse(problems, "/" + list + "/[0-9]+");
      try {
        return spaces.apply(wanted);
      } catch (InvalidDefinitionException invalid) {
        throw new HttpProblem(
            400, "validation_error", "The definition was refused.", invalid.problems());
      }
    }
  }

  /** Reads one item by itself; what is wrong with it is refused with the field. */
  static void check(JsonNode item, Consumer<Fields> parse) {
    List<Problem> problems = new ArrayList<>();
    parse.accept(new Fields(item, "", problems));
    refuse(problems, "");
  }

  /** The list of a definition, made if it is not there. */
  static ArrayNode list(ObjectNode json, String name) {
    return json.path(name).isArray() ? (ArrayNode) json.path(name) : json.putArray(name);
  }

  /** The answer that lists items. */
  static ObjectNode listed(Iterable<JsonNode> items) {
    ObjectNode answer = Answers.object();
    ArrayNode data = answer.putArray("data");
    items.forEach(data::add);
    return answer;
  }

  private static void refuse(List<Problem> problems, String prefix) {
    if (!problems.isEmpty()) {
      Problem first = problems.get(0);
      String field = first.pointer().replaceFirst("^" + prefix, "").replaceFirst("^/", "");
      throw new HttpProblem(
          400,
          "validation_error",
          (field.isEmpty() ? "definition" : field) + ": " + first.message(),
          field,
          problems.stream().map(Problem::toString).toList());
    }
  }
}
