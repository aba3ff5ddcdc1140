package dev.traitflow.server.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.delivery.DestinationDefinition;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Request;
import java.util.ArrayList;
import java.util.List;

/**
 * The destinations of a space: listed, shown, created, changed, deleted. A new one is disabled
 * until somebody enables it.
 */
public final class DestinationsHandler {
  private static final String LIST = "destinations";

  private final SpaceEditor editor;

  public DestinationsHandler(SpaceRegistry spaces) {
    this.editor = new SpaceEditor(spaces);
  }

  /** Answers {@code GET /config/spaces/{space}/destinations}. */
  public void list(Request request) {
    request.answer(200, SpaceEditor.listed(editor.space(request).json().path(LIST)));
  }

  /** Answers {@code POST /config/spaces/{space}/destinations}. */
  public void create(Request request) {
    request.answer(201, create(request.path("space"), request.json()));
  }

  /** Answers {@code GET /config/spaces/{space}/destinations/{destination}}. */
  public void show(Request request) {
    request.answer(200, show(editor.space(request), request.path("destination")));
  }

  /** Answers {@code PUT /config/spaces/{space}/destinations/{destination}}. */
  public void replace(Request request) {
    request.answer(
        200, replace(request.path("space"), request.path("destination"), request.json()));
  }

  /** Answers {@code DELETE /config/spaces/{space}/destinations/{destination}}. */
  public void delete(Request request) {
    request.answer(200, delete(request.path("space"), request.path("destination")));
  }

  private JsonNode create(String space, ObjectNode body) {
    SpaceEditor.check(body, DestinationDefinition::parse);
    if (!body.hasNonNull("enabled")) {
      body.put("enabled", false);
    }
    String name = body.path("name").asText();
    for (DestinationDefinition other : editor.space(space).destinations()) {
      if (other.isNamed(name) || other.isNamed(body.path("id").asText())) {
        throw new HttpProblem(
            ErrorCode.CONFLICT,
            "The id or name is that of the destination '" + other.name() + "'.");
      }
    }
    SpaceDefinition edited = editor.edit(space, LIST, list -> list.add(body));
    for (JsonNode each : edited.json().path(LIST)) {
      if (each.path("name").asText().equals(name)) {
        return each;
      }
    }
    throw new IllegalStateException("destination: was created and is not there");
  }

  private JsonNode replace(String space, String id, ObjectNode body) {
    show(editor.space(space), id);
    if (!body.path("id").asText(id).equals(id)) {
      throw HttpProblem.invalid(
          List.of(new Problem("/id", "cannot change (expected '" + id + "')")));
    }
    body.put("id", id);
    SpaceEditor.check(body, DestinationDefinition::parse);
    return show(editor.edit(space, LIST, list -> list.set(place(list, id), body)), id);
  }

  private JsonNode delete(String space, String id) {
    SpaceDefinition before = editor.space(space);
    show(before, id);
    List<String> consumers = new ArrayList<>();
    for (DestinationDefinition destination : before.destinations()) {
      if (destination.id().equals(id)) {
        before.traits().stream()
            .filter(trait -> trait.destinations().stream().anyMatch(destination::isNamed))
            .forEach(trait -> consumers.add(trait.key()));
        before.audiences().stream()
            .filter(audience -> audience.destinations().stream().anyMatch(destination::isNamed))
            .forEach(audience -> consumers.add(audience.key()));
      }
    }
    if (!consumers.isEmpty()) {
      throw new HttpProblem(
          ErrorCode.CONFLICT, "The destination is named by " + String.join(", ", consumers) + ".");
    }
    editor.edit(space, LIST, list -> list.remove(place(list, id)));
    return Answers.object().put("id", id).put("deleted", true);
  }

  private static JsonNode show(SpaceDefinition space, String id) {
    JsonNode list = space.json().path(LIST);
    return list.path(place(list, id));
  }

  private static int place(JsonNode list, String id) {
    for (int i = 0; i < list.size(); i++) {
      if (list.path(i).path("id").asText().equals(id)) {
        return i;
      }
    }
    throw new HttpProblem(ErrorCode.NOT_FOUND, "There is no destination '" + id + "'.");
  }
}
