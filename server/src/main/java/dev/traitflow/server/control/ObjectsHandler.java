package dev.traitflow.server.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Kind;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.definition.Unique;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Request;
import dev.traitflow.server.store.ProfileRepository;
import java.util.List;
import java.util.Objects;

/**
 * The objects of one kind in a space: listed, shown, created, changed, deleted. What differs
 * between kinds is said by the kind.
 *
 * @param <T> the definition of an object as read
 */
public final class ObjectsHandler<T> {
  private static final String ENABLED = "enabled";

  private final Kind<T> kind;
  private final ProfileRepository repository;
  private final SpaceEditor editor;

  public ObjectsHandler(Kind<T> kind, SpaceRegistry spaces, ProfileRepository repository) {
    this.kind = kind;
    this.repository = repository;
    this.editor = new SpaceEditor(spaces);
  }

  /** What names an object in an address, and the part of the template that takes it. */
  public static String nameIn(Kind<?> kind) {
    return kind.hasIds() ? kind.word() : "key";
  }

  /** Answers {@code GET} of the list. */
  public void list(Request request) {
    request.answer(200, SpaceEditor.listed(kind.in(editor.space(request).json())));
  }

  /** Answers {@code POST} to the list. */
  public void create(Request request) {
    ObjectNode body = request.json();
    boolean restore = editor.restores(request.query(), body);
    request.answer(201, create(request.path("space"), body, restore));
  }

  /** Answers {@code GET} of one. */
  public void show(Request request) {
    request.answer(200, show(editor.space(request), request.path(nameIn(kind))));
  }

  /** Answers {@code PUT} of one. */
  public void replace(Request request) {
    request.answer(200, replace(request.path("space"), request.path(nameIn(kind)), request.json()));
  }

  /** Answers {@code DELETE} of one. */
  public void delete(Request request) {
    request.answer(200, delete(request.path("space"), request.path(nameIn(kind))));
  }

  /**
   * Creates an object.
   *
   * @param restore whether a key that was deleted may come back
   * @return it as it is shown
   */
  public ObjectNode create(String space, ObjectNode body, boolean restore) {
    T object = SpaceEditor.read(body, kind::parse);
    if (!kind.hasIds()) {
      body.put("key", kind.key(body));
    }
    if (kind.spec().member(ENABLED).isPresent() && !body.hasNonNull(ENABLED)) {
      body.set(ENABLED, kind.spec().member(ENABLED).orElseThrow().fallback());
    }
    SpaceDefinition before = editor.space(space);
    editor.refuseBeyondPlan(before, kind);
    refuseTaken(before, object, restore);
    String key = kind.key(body);
    SpaceDefinition after = editor.edit(space, kind.path(), restore, objects -> objects.add(body));
    return warned(after, Objects.requireNonNull(kind.byKey(after.json()).get(key), key));
  }

  private void refuseTaken(SpaceDefinition space, T object, boolean restore) {
    for (Unique unique : kind.unique(object)) {
      if (unique.scope().equals(Unique.COMPUTATION)) {
        editor.refuseUsed(space, unique.value(), restore);
        continue;
      }
      for (T other : space.of(kind)) {
        if (!unique.value().isEmpty()
            && kind.unique(other).stream().anyMatch(o -> o.value().equals(unique.value()))) {
          throw new HttpProblem(
              ErrorCode.CONFLICT,
              "The "
                  + unique.member()
                  + " '"
                  + unique.value()
                  + "' is that of another "
                  + kind.word()
                  + " of the space (expected another).");
        }
      }
    }
  }

  private ObjectNode replace(String space, String name, ObjectNode body) {
    String member = kind.nameMember();
    show(editor.space(space), name);
    if (!body.path(member).asText(name).equals(name)) {
      throw HttpProblem.invalid(
          List.of(new Problem("/" + member, "cannot change (expected '" + name + "')")));
    }
    body.put(member, name);
    SpaceEditor.read(body, kind::parse);
    SpaceDefinition after =
        editor.edit(space, kind.path(), objects -> objects.set(place(objects, name), body));
    return warned(after, show(after, name));
  }

  private ObjectNode delete(String space, String name) {
    SpaceDefinition before = editor.space(space);
    ObjectNode object = show(before, name);
    List<String> users = editor.usersOf(before, kind, object);
    if (!users.isEmpty()) {
      throw new HttpProblem(
          ErrorCode.CONFLICT,
          "The " + kind.word() + " '" + name + "' is used by " + String.join(", ", users) + ".");
    }
    editor.edit(space, kind.path(), objects -> objects.remove(place(objects, name)));
    return Answers.object().put(kind.nameMember(), name).put("deleted", true);
  }

  /** The object as it is shown, with warnings of names that look mistyped. */
  private ObjectNode warned(SpaceDefinition space, ObjectNode object) {
    return kind.hasIds() ? object : NameWarnings.with(object, repository, space, kind.key(object));
  }

  private ObjectNode show(SpaceDefinition space, String name) {
    JsonNode objects = kind.in(space.json());
    return (ObjectNode) objects.path(place(objects, name));
  }

  private int place(JsonNode objects, String name) {
    return SpaceEditor.place(kind, objects, name);
  }
}
