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

  /** The space with this id or slug, or 404. */
  SpaceDefinition space(String idOrSlug) {
    return spaces
        .find(idOrSlug)
        .orElseThrow(
            () -> new HttpProblem(404, "not_found", "There is no space '" + idOrSlug + "'."));
  }

  /**
   * Changes the list of that name, one caller after the other; the change may throw an {@link
   * HttpProblem}. Problems with an item are told without its place in the list.
   *
   * @return the space as it is now
   */
  SpaceDefinition edit(String space, String name, Consumer<ArrayNode> change) {
    try {
      return spaces.edit(space(space).id(), json -> change.accept(json.withArray("/" + name)));
    } catch (InvalidDefinitionException invalid) {
      throw invalid(invalid, "^/" + name + "(/[0-9]+)?");
    }
  }

  /**
   * Replaces a member of a space's definition.
   *
   * @return the space as it is now
   */
  SpaceDefinition replace(String space, String member, JsonNode value) {
    try {
      return spaces.edit(space(space).id(), json -> json.set(member, value));
    } catch (InvalidDefinitionException invalid) {
      throw invalid(invalid, "^/" + member);
    }
  }

  private static HttpProblem invalid(InvalidDefinitionException invalid, String prefix) {
    List<Problem> problems = new ArrayList<>();
    for (String each : invalid.problems()) {
      String[] parts = each.split(": ", 2);
      problems.add(new Problem(parts[0].replaceFirst(prefix, ""), parts[parts.length - 1]));
    }
    return HttpProblem.invalid(problems);
  }

  /** Reads one item by itself; what is wrong with it is refused with the field. */
  static void check(JsonNode item, Consumer<Fields> parse) {
    List<Problem> problems = new ArrayList<>();
    parse.accept(new Fields(item, "", problems));
    if (!problems.isEmpty()) {
      throw HttpProblem.invalid(problems);
    }
  }

  /** The answer that lists items. */
  static ObjectNode listed(Iterable<JsonNode> items) {
    ObjectNode answer = Answers.object();
    ArrayNode data = answer.putArray("data");
    items.forEach(data::add);
    return answer;
  }
}
