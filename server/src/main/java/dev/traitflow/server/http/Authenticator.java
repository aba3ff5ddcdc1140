package dev.traitflow.server.http;

import dev.traitflow.core.space.SourceKind;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.config.SpaceRegistry.SourceOfSpace;
import io.undertow.server.HttpServerExchange;

/** Checks who makes a request, from its headers and its address alone. */
final class Authenticator {
  /** The place of the space in an address of the Profile API. */
  private static final int SPACE = 2;

  private final SpaceRegistry spaces;
  private final AdminToken adminToken;
  private final ProfileAccess profiles;

  Authenticator(SpaceRegistry spaces, AdminToken adminToken) {
    this.spaces = spaces;
    this.adminToken = adminToken;
    this.profiles = new ProfileAccess(spaces, adminToken);
  }

  /**
   * Lets a caller in or refuses it; a request to a space with the vendor's limits is counted.
   *
   * @throws HttpProblem 401, 403 or 429
   */
  Caller check(Access access, HttpServerExchange exchange, Query query) {
    return switch (access) {
      case PUBLIC, WRITE_KEY -> new Caller(access, null);
      case REPLAY -> {
        if (!isOperator(exchange)) {
          replayingSource(exchange);
        }
        yield new Caller(access, null);
      }
      case SPACE_TOKEN -> new Caller(access, profiles.admit(exchange, query.path().get(SPACE)));
      case OPERATOR -> {
        if (!isOperator(exchange)) {
          throw new HttpProblem(
              ErrorCode.AUTHENTICATION, "The admin token is missing or wrong (Bearer).");
        }
        yield new Caller(access, null);
      }
    };
  }

  /** True if the request shows the admin token. */
  boolean isOperator(HttpServerExchange exchange) {
    return adminToken.isShown(exchange);
  }

  /**
   * The source whose key a request shows, if that key may replay: whoever has it can rewrite
   * history and move the clock.
   *
   * @throws HttpProblem 401 without a known key, 403 for one that every visitor of a website has
   */
  SourceOfSpace replayingSource(HttpServerExchange exchange) {
    SourceOfSpace source =
        Credentials.basicUser(exchange)
            .flatMap(spaces::byWriteKey)
            .orElseThrow(Authenticator::unknownSource);
    SourceKind kind = SourceKind.of(source.source().kind());
    if (kind == null || kind.isPublic()) {
      throw new HttpProblem(
          ErrorCode.FORBIDDEN,
          "The write key of a source of kind "
              + source.source().kind()
              + " is public and cannot replay (expected the admin token as Bearer with the key in "
              + ReplayHandler.WRITE_KEY
              + ", or the key of a source of another kind).");
    }
    return source;
  }

  /** The refusal of a write key that is missing or unknown. */
  static HttpProblem unknownSource() {
    return new HttpProblem(
        ErrorCode.UNKNOWN_SOURCE, "The write key is missing or belongs to no source.");
  }
}
