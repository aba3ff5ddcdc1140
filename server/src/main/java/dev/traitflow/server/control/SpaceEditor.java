package dev.traitflow.server.control;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Kind;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.definition.Unique;
import dev.traitflow.core.space.Kinds;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.config.InvalidDefinitionException;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Query;
import dev.traitflow.server.http.Request;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Changes one list of a space's definition for a caller: the definition as it stands, with the
 * change, is applied as a whole, so that there is one set of rules for files and for the API.
 */
public final class SpaceEditor {
  private final SpaceRegistry spaces;

  public SpaceEditor(SpaceRegistry spaces) {
    this.spaces = spaces;
  }

  /** The space that the address of a request names, or 404. */
  public SpaceDefinition space(Request request) {
    return space(request.path("space"));
  }

  /** The space with this id or slug, or 404. */
  public SpaceDefinition space(String idOrSlug) {
    return spaces
        .find(idOrSlug)
        .orElseThrow(
            () -> new HttpProblem(ErrorCode.NOT_FOUND, "There is no space '" + idOrSlug + "'."));
  }

  /**
   * Changes the list of that name, one caller after the other; the change may throw an {@link
   * HttpProblem}. Problems with an item are shown without its place in the list.
   *
   * @return the space as it is now
   */
  public SpaceDefinition edit(String space, String name, Consumer<ArrayNode> change) {
    return edit(space, name, false, change);
  }

  /**
   * As {@link #edit(String, String, Consumer)}.
   *
   * @param restore whether a key that was deleted may come back
   */
  public SpaceDefinition edit(
      String space, String name, boolean restore, Consumer<ArrayNode> change) {
    try {
      return spaces.edit(
          space(space).id(), restore, json -> change.accept(json.withArray("/" + name)));
    } catch (InvalidDefinitionException invalid) {
      throw HttpProblem.invalid(within(invalid, name));
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
      throw HttpProblem.invalid(within(invalid, member));
    }
  }

  /** Problems with a member of a space as ones with it, or with the one of its items they name. */
  static List<Problem> within(InvalidDefinitionException invalid, String member) {
    return invalid.problems().stream().map(each -> within(each, "/" + member)).toList();
  }

  private static Problem within(Problem problem, String prefix) {
    if (!problem.pointer().startsWith(prefix)) {
      return problem;
    }
    JsonPointer rest = JsonPointer.compile(problem.pointer().substring(prefix.length()));
    boolean isItem = rest.getMatchingIndex() >= 0;
    return new Problem((isItem ? rest.tail() : rest).toString(), problem.message());
  }

  /**
   * True if a key that was deleted is to come back: {@code restore=true} in the address or in the
   * body, which is without it afterwards.
   */
  public boolean restores(Query query, ObjectNode body) {
    JsonNode member = body.remove("restore");
    return query.isSet("restore") || (member != null && member.asBoolean());
  }

  /** Refuses a key that something has, and one that something had unless it is to come back. */
  public void refuseUsed(SpaceDefinition space, String key, boolean restore) {
    boolean isUsed =
        Kinds.ALL.stream().anyMatch(kind -> hasComputation(kind, space, key))
            || space.staged().stream().anyMatch(trait -> trait.key().equals(key));
    if (isUsed) {
      throw new HttpProblem(
          ErrorCode.CONFLICT, "The key `" + key + "` is used in the space; choose another.");
    }
    int versions = spaces.versions(space.id(), key).size();
    if (versions > 0 && !restore) {
      throw new HttpProblem(
          ErrorCode.CONFLICT,
          "The key `"
              + key
              + "` belonged to something that was deleted; send restore=true to bring it back as"
              + " version "
              + (versions + 1)
              + ", computed from the history, or choose another key.");
    }
  }

  private static <T> boolean hasComputation(Kind<T> kind, SpaceDefinition space, String key) {
    return space.of(kind).stream()
        .flatMap(object -> kind.unique(object).stream())
        .anyMatch(
            unique -> unique.scope().equals(Unique.COMPUTATION) && unique.value().equals(key));
  }

  /** Refuses one more object of a kind than the plan of the space allows. */
  public void refuseBeyondPlan(SpaceDefinition space, Kind<?> kind) {
    long staged =
        kind == Kinds.TRAITS
            ? space.staged().stream()
                .filter(trait -> !kind.byKey(space.json()).containsKey(trait.key()))
                .count()
            : 0;
    if (space.vendorLimits() && space.of(kind).size() + staged >= kind.vendorMax()) {
      throw new HttpProblem(
          ErrorCode.LIMIT_EXCEEDED,
          "The space has "
              + kind.vendorMax()
              + " "
              + kind.word()
              + "s, which is all its plan allows; delete one first.");
    }
  }

  /** What names an object of the space: the keys or names of those that do. */
  List<String> usersOf(SpaceDefinition space, Kind<?> kind, ObjectNode object) {
    Set<String> names = new HashSet<>();
    names.add(kind.key(object));
    names.add(object.path("id").asText());
    List<String> users = new ArrayList<>();
    for (Kind<?> other : Kinds.ALL) {
      addUsers(other, space, kind.path(), names, users);
    }
    return users;
  }

  private static <T> void addUsers(
      Kind<T> kind, SpaceDefinition space, String list, Set<String> names, List<String> users) {
    List<String> keys = List.copyOf(kind.byKey(space.json()).keySet());
    List<T> objects = space.of(kind);
    for (int i = 0; i < objects.size(); i++) {
      boolean uses =
          kind.references(objects.get(i)).stream()
              .anyMatch(each -> each.list().equals(list) && names.contains(each.name()));
      if (uses) {
        users.add(keys.get(i));
      }
    }
  }

  /** The place in a list of the object of that name, or 404. */
  public static int place(Kind<?> kind, JsonNode objects, String name) {
    for (int i = 0; i < objects.size(); i++) {
      if (kind.name(objects.path(i)).equals(name)) {
        return i;
      }
    }
    throw new HttpProblem(ErrorCode.NOT_FOUND, "There is no " + kind.word() + " '" + name + "'.");
  }

  /** Reads one item by itself; what is wrong with it is refused with the field. */
  public static <T> T read(JsonNode item, Function<Fields, T> parse) {
    List<Problem> problems = new ArrayList<>();
    T read = parse.apply(new Fields(item, "", problems));
    if (!problems.isEmpty()) {
      throw HttpProblem.invalid(problems);
    }
    return read;
  }

  /** The answer that lists items. */
  public static ObjectNode listed(Iterable<JsonNode> items) {
    ObjectNode answer = Answers.object();
    ArrayNode data = answer.putArray("data");
    items.forEach(data::add);
    return answer;
  }
}
