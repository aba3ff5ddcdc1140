package dev.traitflow.server.http;

import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.IdentifierExtractor;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.store.ProfileView;
import io.undertow.server.HttpServerExchange;
import java.util.List;
import java.util.Optional;

/**
 * Who a request of the Profile API is about.
 *
 * @param space id of the space
 * @param vendorLimits true if the space wants the vendor's plan limits
 * @param collection {@code users} or {@code accounts}
 * @param lookup the identifier as asked for: {@code TYPE:VALUE}, or a profile's id
 * @param leaf what of the profile: {@code traits}, {@code events} and so on; empty for the whole
 */
record ProfileAddress(
    String space, boolean vendorLimits, String collection, String lookup, String leaf) {
  private static final List<String> COLLECTIONS = List.of(Identifier.USERS, Identifier.ACCOUNTS);

  /** To read past them would answer another question than was asked. */
  private static final List<String> UNSUPPORTED = List.of("after");

  /** What can be read of the past. */
  private static final List<String> OF_THE_PAST = List.of("", "traits", "why");

  private static final String SEGMENT_ID = "segment_id";

  /**
   * Reads {@code /v1/spaces/SPACE/collections/COLLECTION/profiles/LOOKUP/LEAF}. First the token is
   * checked, then the parameters, so that who may not read learns nothing.
   *
   * @throws HttpProblem 401 or 400
   */
  static ProfileAddress of(
      HttpServerExchange exchange, SpaceRegistry spaces, AdminToken adminToken, Query query) {
    List<String> path = query.path();
    ProfileAddress address =
        readable(exchange, spaces, adminToken, path.get(2))
            .map(
                space ->
                    new ProfileAddress(
                        space.id(), space.vendorLimits(), path.get(4), path.get(6), leaf(path)))
            .orElseThrow(
                () ->
                    new HttpProblem(
                        401,
                        "authentication_error",
                        "The token is missing or cannot read this space."));
    if (!COLLECTIONS.contains(address.collection)) {
      String bad = address.collection.replaceAll("[a-z]", "");
      throw new HttpProblem(
          400,
          "validation_error",
          bad.isEmpty()
              ? "The parameter `collection` must be users or accounts."
              : "The parameter `collection` has invalid character(s) `" + bad + "`");
    }
    for (String unsupported : UNSUPPORTED) {
      if (query.text(unsupported).isPresent()) {
        throw Query.invalid(unsupported, "is not supported by this server");
      }
    }
    for (String past : List.of("as_of", "known")) {
      if (query.text(past).isPresent() && !OF_THE_PAST.contains(address.leaf)) {
        throw Query.invalid(past, "is for traits and whole profiles only");
      }
    }
    if (address.lookup.indexOf(':') < 1 && !isProfileId(address.lookup)) {
      throw new HttpProblem(
          400, "validation_error", "The identifier must be TYPE:VALUE, such as user_id:u1.");
    }
    return address;
  }

  private static String leaf(List<String> path) {
    return path.size() == 7 ? "" : path.get(path.size() - 1);
  }

  /**
   * The canonical id of the profile.
   *
   * @throws HttpProblem 404 if there is none
   */
  String profile(ProfileView view) {
    int colon = lookup.indexOf(':');
    String type = colon < 0 ? SEGMENT_ID : lookup.substring(0, colon);
    String value = lookup.substring(colon + 1);
    Optional<String> found =
        type.equals(SEGMENT_ID)
            ? view.canonical(space, value).filter(this::isOfCollection)
            : view.resolve(
                space,
                new Identifier(collection, type, IdentifierExtractor.normalise(type, value)));
    return found.orElseThrow(() -> new HttpProblem(404, "not_found", "Profile was not found."));
  }

  /** The address an answer gives as its own: with the canonical id, without parameters. */
  String url(String profile) {
    return "/v1/spaces/"
        + space
        + "/collections/"
        + collection
        + "/profiles/"
        + ProfileIds.shown(profile)
        + "/"
        + leaf;
  }

  /** A token reads its space; the operator, whose command line has no token of a space, any. */
  private static Optional<SpaceDefinition> readable(
      HttpServerExchange exchange, SpaceRegistry spaces, AdminToken adminToken, String space) {
    return Credentials.bearer(exchange).map(adminToken::matches).orElse(false)
        ? spaces.find(space)
        : Credentials.basicUser(exchange).flatMap(token -> spaces.readable(space, token));
  }

  private boolean isOfCollection(String profile) {
    return ProfileIds.isAccount(profile) == collection.equals(Identifier.ACCOUNTS);
  }

  private static boolean isProfileId(String lookup) {
    return lookup.startsWith("use_") || ProfileIds.isAccount(lookup);
  }
}
