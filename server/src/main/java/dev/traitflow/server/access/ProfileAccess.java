package dev.traitflow.server.access;

import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import io.undertow.server.HttpServerExchange;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who may read a space, and how often. A token reads its own space; the operator, whose command
 * line has no token of a space, reads any.
 */
public final class ProfileAccess {
  /** The vendor's limit for a space. */
  private static final int VENDOR_REQUESTS_A_SECOND = 100;

  private final SpaceRegistry spaces;
  private final AdminToken adminToken;
  private final Map<String, RateLimit> rates = new ConcurrentHashMap<>();

  ProfileAccess(SpaceRegistry spaces, AdminToken adminToken) {
    this.spaces = spaces;
    this.adminToken = adminToken;
  }

  /**
   * The space, if the request may read it. Requests of a space that wants the vendor's limits are
   * counted.
   *
   * @throws HttpProblem 401 both for an unknown space and for a token of another one, so that an
   *     answer tells nothing; 429
   */
  SpaceDefinition admit(HttpServerExchange exchange, String idOrSlug) {
    SpaceDefinition space = authenticate(exchange, idOrSlug);
    spend(space);
    return space;
  }

  private SpaceDefinition authenticate(HttpServerExchange exchange, String idOrSlug) {
    Optional<SpaceDefinition> readable =
        adminToken.isShown(exchange)
            ? spaces.find(idOrSlug)
            : Credentials.basicUser(exchange).flatMap(token -> spaces.readable(idOrSlug, token));
    return readable.orElseThrow(
        () ->
            new HttpProblem(
                ErrorCode.AUTHENTICATION,
                "The token is missing or cannot read this space (expected Basic credentials: the"
                    + " token as user name, an empty password)."));
  }

  /**
   * Counts a request of a space that wants the vendor's limits. Deletions count, too: their limit a
   * profile is the one a space has anyway.
   *
   * @throws HttpProblem 429, with {@code Retry-After}, if there were too many in the last second
   */
  private void spend(SpaceDefinition space) {
    if (!space.vendorLimits()) {
      return;
    }
    RateLimit rate =
        rates.computeIfAbsent(
            space.id(), unseen -> new RateLimit(VENDOR_REQUESTS_A_SECOND, System::nanoTime));
    long wait = rate.secondsToWait();
    if (wait > 0) {
      throw HttpProblem.tooMany(
          "More than "
              + VENDOR_REQUESTS_A_SECOND
              + " requests in one second (`limits: vendor`); try again in a second.",
          wait);
    }
  }
}
