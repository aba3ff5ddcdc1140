package dev.traitflow.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.audience.AudienceDefinition;
import dev.traitflow.core.codec.Problem;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.store.ProfileRepository;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** The audiences of a space: listed, shown, created, changed, deleted. */
final class AudiencesHandler {
  private static final String LIST = "audiences";
  private static final int BODY_BYTES_MAX = 1 << 20;

  private final SpaceEditor editor;
  private final ProfileRepository repository;

  AudiencesHandler(SpaceRegistry spaces, ProfileRepository repository) {
    this.repository = repository;
    this.editor = new SpaceEditor(spaces);
  }

  /** Answers {@code /config/spaces/{space}/audiences}. */
  void handleAll(HttpServerExchange exchange, String space, Query query) throws IOException {
    switch (exchange.getRequestMethod().toString()) {
      case "GET" -> {
        SpaceDefinition found = editor.space(space);
        Answers.send(exchange, 200, SpaceEditor.listed(found.json().path(LIST)));
      }
      case "POST" -> {
        ObjectNode body = body(exchange);
        Answers.send(exchange, 201, create(space, body, editor.restores(query, body)));
      }
      default -> throw SpaceRoutes.notTaken(exchange);
    }
  }

  /** Answers {@code /config/spaces/{space}/audiences/{key}}. */
  void handleOne(HttpServerExchange exchange, String space, String key) throws IOException {
    switch (exchange.getRequestMethod().toString()) {
      case "GET" -> Answers.send(exchange, 200, show(editor.space(space), key));
      case "PUT" -> Answers.send(exchange, 200, replace(space, key, body(exchange)));
      case "DELETE" -> Answers.send(exchange, 200, delete(space, key));
      default -> throw SpaceRoutes.notTaken(exchange);
    }
  }

  /**
   * Creates an audience.
   *
   * @param restore whether a key that was deleted may come back
   * @return it as it is shown
   */
  JsonNode create(String space, ObjectNode body, boolean restore) {
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
          409,
          "conflict",
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
    throw new HttpProblem(404, "not_found", "There is no audience '" + key + "'.");
  }

  private static ObjectNode body(HttpServerExchange exchange) throws IOException {
    return RequestBody.object(RequestBody.read(exchange, BODY_BYTES_MAX));
  }
}
