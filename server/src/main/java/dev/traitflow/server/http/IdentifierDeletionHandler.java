package dev.traitflow.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.IdentifierExtractor;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.log.EventLog;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.ProfileView;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.util.List;

/**
 * Takes an identifier from a profile, which keeps its traits, events and merges. An order in the
 * log: what came before it still finds the profile by the identifier, what comes after does not.
 */
final class IdentifierDeletionHandler {
  private static final int BODY_BYTES_MAX = 1 << 16;
  private static final String LIST = "delete_external_ids";
  private static final String BAD_REQUEST = "bad_request";
  private static final String UNSUPPORTED = "unsupported_eid_type";
  private static final int PARTS = 9;

  private static final String SUFFIX = "delete";

  private final EventLog log;
  private final ProfileRepository repository;

  IdentifierDeletionHandler(EventLog log, ProfileRepository repository) {
    this.log = log;
    this.repository = repository;
  }

  /**
   * True for {@code .../profiles/ID/external_ids/delete}, and for what lacks parts of it and must
   * be told so.
   */
  static boolean isRoute(List<String> path) {
    int size = path.size();
    return size > 4
        && size <= PARTS
        && path.get(size - 1).equals(SUFFIX)
        && path.get(size - 2).equals("external_ids")
        && path.get(3).equals("collections");
  }

  /** A refusal of the checks that all routes share, with the codes of this one. */
  static HttpProblem asDeletion(HttpProblem problem) {
    String code =
        problem.status() == 401
            ? "unauthorized"
            : problem.status() == 400 && !problem.code().equals(UNSUPPORTED)
                ? BAD_REQUEST
                : problem.code();
    return new HttpProblem(problem.status(), code, problem.sentence());
  }

  /** Answers one request; who may was checked before. */
  void handle(HttpServerExchange exchange, SpaceDefinition space, Query query) throws IOException {
    try {
      delete(exchange, space, query.path());
    } catch (HttpProblem problem) {
      throw asDeletion(problem);
    }
  }

  private void delete(HttpServerExchange exchange, SpaceDefinition space, List<String> path)
      throws IOException {
    if (!space.identifierDeletion()) {
      throw new HttpProblem(
          403, "forbidden", "This space does not delete identifiers (identifier_deletion: false).");
    }
    if (path.size() != PARTS || !path.get(5).equals("profiles")) {
      throw bad(
          "The address lacks a part (expected"
              + " .../collections/users/profiles/user_id:ID/external_ids/delete).");
    }
    ProfileAddress address = ProfileAddress.of(space, path.get(4), path.get(6), "");
    Identifier lookup = lookup(address);
    ObjectNode body = RequestBody.object(RequestBody.read(exchange, BODY_BYTES_MAX));
    Identifier wanted = wanted(body.path(LIST));
    if (wanted.equals(lookup)) {
      throw bad("The identifier to delete is the one the profile is looked up by.");
    }
    try (ProfileView view = repository.view()) {
      String profile = address.profile(view);
      boolean owned =
          view.identifiers(address.space(), profile).stream()
              .anyMatch(each -> each.identifier().equals(wanted));
      if (!owned) {
        throw new HttpProblem(
            404,
            "eid_not_found",
            "The profile has no such identifier of type " + wanted.type() + ".");
      }
    }
    log.append(LogRecord.unmap(address.space(), 0, wanted.type(), wanted.value())).join();
    ObjectNode answer = Answers.object();
    answer.put("code", "success").put("message", "External identifier has been deleted.");
    Answers.send(exchange, 200, answer);
  }

  private static Identifier lookup(ProfileAddress address) {
    String prefix = Identifier.USER_ID + ":";
    if (!address.collection().equals(Identifier.USERS) || !address.lookup().startsWith(prefix)) {
      throw bad("The profile must be looked up by user_id in the collection users.");
    }
    String value = address.lookup().substring(prefix.length());
    return Identifier.ofUser(
        Identifier.USER_ID, IdentifierExtractor.normalise(Identifier.USER_ID, value));
  }

  private static Identifier wanted(JsonNode list) {
    JsonNode entry = list.path(0);
    if (list.size() != 1 || !entry.path("id").isTextual() || !entry.path("type").isTextual()) {
      throw bad("`" + LIST + "` must have exactly one identifier with `id` and `type`.");
    }
    String type = entry.path("type").textValue();
    if (type.equals(Identifier.GROUP_ID)) {
      throw new HttpProblem(400, UNSUPPORTED, "An identifier of type group_id cannot be deleted.");
    }
    return Identifier.ofUser(
        type, IdentifierExtractor.normalise(type, entry.path("id").textValue()));
  }

  private static HttpProblem bad(String sentence) {
    return new HttpProblem(400, BAD_REQUEST, sentence);
  }
}
