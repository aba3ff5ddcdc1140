package dev.traitflow.server.profileapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.IdentifierExtractor;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.http.Answers;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Query;
import dev.traitflow.server.http.Request;
import dev.traitflow.server.log.EventLog;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.read.ProfileView;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Methods;
import java.util.List;

/**
 * Takes an identifier from a profile, which keeps its traits, events and merges. An order in the
 * log: what came before it still finds the profile by the identifier, what comes after does not.
 */
public final class IdentifierDeletionHandler {
  private static final String LIST = "delete_external_ids";
  private static final String END = "/external_ids/delete";
  private static final int PARTS_MIN = 6;

  private final EventLog log;
  private final ProfileRepository repository;

  public IdentifierDeletionHandler(EventLog log, ProfileRepository repository) {
    this.log = log;
    this.repository = repository;
  }

  /** True if an identifier is to be deleted, whether the address names all that it must or not. */
  static boolean isMeant(HttpServerExchange exchange) {
    String path = Query.rawPath(exchange);
    return exchange.getRequestMethod().equals(Methods.POST)
        && (path.endsWith(END) || path.endsWith(END + "/"));
  }

  /** True for an address that is no route because it lacks parts, which must be said. */
  static boolean lacksParts(HttpServerExchange exchange, List<String> path) {
    return isMeant(exchange) && path.size() >= PARTS_MIN && path.get(3).equals("collections");
  }

  /** A refusal of the checks that all routes share, with the codes of this one. */
  static HttpProblem asDeletion(HttpProblem problem) {
    return switch (problem.code()) {
      case AUTHENTICATION -> new HttpProblem(ErrorCode.UNAUTHORIZED, problem.sentence());
      case VALIDATION, INVALID_REQUEST ->
          new HttpProblem(ErrorCode.BAD_REQUEST, problem.sentence());
      default -> problem;
    };
  }

  /** The refusal of an address that lacks parts. */
  HttpProblem incomplete(SpaceDefinition space) {
    return space.identifierDeletion()
        ? bad(
            "The address lacks a part (expected"
                + " .../collections/users/profiles/user_id:ID/external_ids/delete).")
        : forbidden();
  }

  /** Answers {@code POST …/profiles/{id}/external_ids/delete}. */
  void handle(Request request, SpaceDefinition space) {
    if (!space.identifierDeletion()) {
      throw forbidden();
    }
    ProfileAddress address =
        ProfileAddress.of(space, request.path("collection"), request.path("id"), "");
    Identifier lookup = lookup(address);
    Identifier wanted = wanted(request.json().path(LIST));
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
            ErrorCode.IDENTIFIER_NOT_FOUND,
            "The profile has no such identifier of type " + wanted.type() + ".");
      }
    }
    log.append(LogRecord.unmap(address.space(), 0, wanted.type(), wanted.value())).join();
    ObjectNode answer = Answers.object();
    answer.put("code", "success").put("message", "External identifier has been deleted.");
    request.answer(200, answer);
  }

  private static HttpProblem forbidden() {
    return new HttpProblem(
        ErrorCode.FORBIDDEN,
        "This space does not delete identifiers (identifier_deletion: false).");
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
          ErrorCode.UNSUPPORTED_IDENTIFIER, "An identifier of type group_id cannot be deleted.");
    }
    return Identifier.ofUser(
        type, IdentifierExtractor.normalise(type, entry.path("id").textValue()));
  }

  private static HttpProblem bad(String sentence) {
    return new HttpProblem(ErrorCode.BAD_REQUEST, sentence);
  }
}
