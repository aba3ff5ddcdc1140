package dev.traitflow.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.IdentifierExtractor;
import dev.traitflow.server.config.SpaceRegistry;
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

  private final SpaceRegistry spaces;
  private final EventLog log;
  private final ProfileRepository repository;
  private final AdminToken adminToken;

  IdentifierDeletionHandler(
      SpaceRegistry spaces, EventLog log, ProfileRepository repository, AdminToken adminToken) {
    this.spaces = spaces;
    this.log = log;
    this.repository = repository;
    this.adminToken = adminToken;
  }

  /** True for {@code .../profiles/ID/external_ids/delete}. */
  static boolean isRoute(List<String> path) {
    return path.size() == 9
        && (path.get(1).equals("spaces") || path.get(1).equals("namespaces"))
        && path.get(3).equals("collections")
        && path.get(5).equals("profiles")
        && path.get(7).equals("external_ids")
        && path.get(8).equals("delete");
  }

  /** Answers one request. */
  void handle(HttpServerExchange exchange, Query query) throws IOException {
    ProfileAddress address = ProfileAddress.of(exchange, spaces, adminToken, query);
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
      throw new HttpProblem(
          400, "unsupported_eid_type", "An identifier of type group_id cannot be deleted.");
    }
    return Identifier.ofUser(
        type, IdentifierExtractor.normalise(type, entry.path("id").textValue()));
  }

  private static HttpProblem bad(String sentence) {
    return new HttpProblem(400, "bad_request", sentence);
  }
}
