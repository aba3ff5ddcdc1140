package dev.traitflow.server.profileapi;

import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.IdentifierExtractor;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Query;
import dev.traitflow.server.store.read.ProfileView;
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
public record ProfileAddress(
    String space, boolean vendorLimits, String collection, String lookup, String leaf) {
  private static final List<String> COLLECTIONS = List.of(Identifier.USERS, Identifier.ACCOUNTS);

  /** What can be read of the past. */
  private static final List<String> OF_THE_PAST = List.of("", "traits", "why");

  private static final String SEGMENT_ID = "segment_id";
  private static final int SHOWN_MAX = 64;

  /**
   * Checks the collection of a path.
   *
   * @throws HttpProblem 400
   */
  static String collection(String collection) {
    if (!COLLECTIONS.contains(collection)) {
      String bad = collection.replaceAll("[a-z]", "");
      throw new HttpProblem(
          ErrorCode.VALIDATION,
          bad.isEmpty()
              ? "The parameter `collection` must be users or accounts."
              : "The parameter `collection` has invalid character(s) `" + bad + "`");
    }
    return collection;
  }

  /**
   * An address in a collection that was checked.
   *
   * @param leaf what of the profile; empty for the whole
   * @throws HttpProblem 400 if the lookup is no identifier
   */
  static ProfileAddress of(SpaceDefinition space, String collection, String lookup, String leaf) {
    if (lookup.indexOf(':') < 1 && !isProfileId(lookup)) {
      throw new HttpProblem(
          ErrorCode.VALIDATION,
          "The identifier must be TYPE:VALUE, such as user_id:u1 (got '"
              + shortened(lookup)
              + "').");
    }
    return new ProfileAddress(space.id(), space.vendorLimits(), collection, lookup, leaf);
  }

  /**
   * Checks that a read of the past is one that can be answered.
   *
   * @throws HttpProblem 400
   */
  void checkPast(Query query) {
    for (String past : List.of("as_of", "known")) {
      if (query.text(past).isPresent() && !OF_THE_PAST.contains(leaf)) {
        throw Query.invalid(past, "is for traits and whole profiles only");
      }
    }
  }

  private static String shortened(String text) {
    return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "…";
  }

  /**
   * The canonical id of the profile.
   *
   * @throws HttpProblem 404 if there is none
   */
  String profile(ProfileView view) {
    return find(view)
        .orElseThrow(() -> new HttpProblem(ErrorCode.NOT_FOUND, "Profile was not found."));
  }

  /** The canonical id of the profile, empty if there is none. */
  Optional<String> find(ProfileView view) {
    int colon = lookup.indexOf(':');
    String type = colon < 0 ? SEGMENT_ID : lookup.substring(0, colon);
    String value = lookup.substring(colon + 1);
    return type.equals(SEGMENT_ID)
        ? view.canonical(space, value).filter(this::isOfCollection)
        : view.resolve(
            space, new Identifier(collection, type, IdentifierExtractor.normalise(type, value)));
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

  private boolean isOfCollection(String profile) {
    return ProfileIds.isAccount(profile) == collection.equals(Identifier.ACCOUNTS);
  }

  private static boolean isProfileId(String lookup) {
    return lookup.startsWith("use_") || ProfileIds.isAccount(lookup);
  }
}
