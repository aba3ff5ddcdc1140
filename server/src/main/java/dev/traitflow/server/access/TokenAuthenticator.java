package dev.traitflow.server.access;

import dev.traitflow.core.space.SourceKind;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.config.SpaceRegistry.SourceOfSpace;
import dev.traitflow.server.http.Access;
import dev.traitflow.server.http.Authenticator;
import dev.traitflow.server.http.Caller;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.http.Query;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;

/** Checks tokens and write keys. */
public final class TokenAuthenticator implements Authenticator {
  /** Names the source beside an admin token, by its write key. */
  public static final HttpString WRITE_KEY = new HttpString("X-Traitflow-Write-Key");

  /** The place of the space in an address of the Profile API. */
  private static final int SPACE = 2;

  private final SpaceRegistry spaces;
  private final AdminToken adminToken;
  private final ProfileAccess profiles;

  public TokenAuthenticator(SpaceRegistry spaces, AdminToken adminToken) {
    this.spaces = spaces;
    this.adminToken = adminToken;
    this.profiles = new ProfileAccess(spaces, adminToken);
  }

  @Override
  public Caller check(Access access, HttpServerExchange exchange, Query query) {
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
  public boolean isOperator(HttpServerExchange exchange) {
    return adminToken.isShown(exchange);
  }

  /**
   * The source whose key a request shows, if that key may replay: whoever has it can rewrite
   * history and move the clock.
   *
   * @throws HttpProblem 401 without a known key, 403 for one that every visitor of a website has
   */
  public SourceOfSpace replayingSource(HttpServerExchange exchange) {
    SourceOfSpace source =
        Credentials.basicUser(exchange)
            .flatMap(spaces::byWriteKey)
            .orElseThrow(TokenAuthenticator::unknownSource);
    SourceKind kind = SourceKind.of(source.source().kind());
    if (kind == null || kind.isPublic()) {
      throw new HttpProblem(
          ErrorCode.FORBIDDEN,
          "The write key of a source of kind "
              + source.source().kind()
              + " is public and cannot replay (expected the admin token as Bearer with the key in "
              + WRITE_KEY
              + ", or the key of a source of another kind).");
    }
    return source;
  }

  /** The refusal of a write key that is missing or unknown. */
  public static HttpProblem unknownSource() {
    return new HttpProblem(
        ErrorCode.UNKNOWN_SOURCE, "The write key is missing or belongs to no source.");
  }
}
