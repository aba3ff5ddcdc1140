package dev.traitflow.server.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.audience.AudienceDefinition;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Request;
import dev.traitflow.server.store.ProfileRepository;
import java.util.List;
import java.util.stream.Stream;

/** The audiences of a space: listed, shown, created, changed, deleted. */
public final class AudiencesHandler {
  private static final String LIST = "audiences";

  private final SpaceEditor editor;
  private final ProfileRepository repository;

  public AudiencesHandler(SpaceRegistry spaces, ProfileRepository repository) {
    this.repository = repository;
    this.editor = new SpaceEditor(spaces);
  }

  /** Answers {@code GET /config/spaces/{space}/audiences}. */
  public void list(Request request) {
    SpaceDefinition space = editor.space(request);
    request.answer(200, SpaceEditor.listed(space.json().path(LIST)));
  }

  /** Answers {@code POST /config/spaces/{space}/audiences}. */
  public void create(Request request) {
    ObjectNode body = request.json();
    boolean restore = editor.restores(request.query(), body);
    request.answer(201, create(request.path("space"), body, restore));
  }

  /** Answers {@code GET /config/spaces/{space}/audiences/{key}}. */
  public void show(Request request) {
    request.answer(200, show(editor.space(request), request.path("key")));
  }

  /** Answers {@code PUT /config/spaces/{space}/audiences/{key}}. */
  public void replace(Request request) {
    request.answer(200, replace(request.path("space"), request.path("key"), request.json()));
  }

  /** Answers {@code DELETE /config/spaces/{space}/audiences/{key}}. */
  public void delete(Request request) {
    request.answer(200, delete(request.path("space"), request.path("key")));
  }

  /**
   * Creates an audience.
   *
   * @param restore whether a key that was deleted may come back
   * @return it as it is shown
   */
  public JsonNode create(String space, ObjectNode body, boolean restore) {
    SpaceEditor.check(body, AudienceDefinition::parse);
    String key = body.path("key").asText(TraitDefinition.keyOf(body.path("name").asText()));
    body.put("key", key);
    editor.refuseUsed(editor.space(space), key, restore);
    return warned(editor.edit(space, LIST, restore, list -> list.add(body)), key);
  }

  private JsonNode replace(String space, String key, ObjectNode body) {
    if (!body.path("key").asText(key).equals(key)) {
      throw HttpProblem.invalid(
          List.of(new Problem("/key", "cannot change (expected '" + key + "')")));
    }
    body.put("key", key);
    show(editor.space(space), key);
    SpaceEditor.check(body, AudienceDefinition::parse);
    return warned(editor.edit(space, LIST, list -> list.set(place(list, key), body)), key);
  }

  /** The audience as it is shown, with warnings of names that look mistyped. */
  private JsonNode warned(SpaceDefinition space, String key) {
    return NameWarnings.with(show(space, key), repository, space, key);
  }

  private JsonNode delete(String space, String key) {
    SpaceDefinition before = editor.space(space);
    show(before, key);
    refuseConsumers(before, key);
    editor.edit(space, LIST, list -> list.remove(place(list, key)));
    return Answers.object().put("key", key).put("deleted", true);
  }

  private static void refuseConsumers(SpaceDefinition space, String key) {
    List<String> consumers =
        Stream.concat(
                space.audiences().stream()
                    .filter(other -> other.references().contains(key))
                    .map(AudienceDefinition::key),
                space.predictions().stream()
                    .filter(prediction -> prediction.cohort().equals(key))
                    .map(PredictionDefinition::key))
            .toList();
    if (!consumers.isEmpty()) {
      throw new HttpProblem(
          ErrorCode.CONFLICT,
          "The audience '" + key + "' is used by " + String.join(", ", consumers) + ".");
    }
  }

  private static JsonNode show(SpaceDefinition space, String key) {
    JsonNode list = space.json().path(LIST);
    return list.path(place(list, key));
  }

  private static int place(JsonNode list, String key) {
    for (int i = 0; i < list.size(); i++) {
      String name = list.path(i).path("name").asText();
      if (list.path(i).path("key").asText(TraitDefinition.keyOf(name)).equals(key)) {
        return i;
      }
    }
    throw new HttpProblem(ErrorCode.NOT_FOUND, "There is no audience '" + key + "'.");
  }
}
