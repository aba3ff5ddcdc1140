package dev.traitflow.server.tracking;

import dev.traitflow.server.access.Credentials;
import dev.traitflow.server.access.RateLimit;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.config.SpaceRegistry.SourceOfSpace;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import io.undertow.server.HttpServerExchange;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * Who may send: finds the source of a call and keeps it within its rate. Basic credentials win over
 * the body's write key and are judged before the body is read, so that a refusal is cheap.
 */
public final class Door {
  /** The vendor's limit for a workspace. */
  static final int VENDOR_REQUESTS_PER_SECOND = 1_000;

  private final SpaceRegistry spaces;
  private final Discards discards;

  /** One for all spaces with the vendor's limits: they are one workspace. */
  private final RateLimit vendorRate = new RateLimit(VENDOR_REQUESTS_PER_SECOND, System::nanoTime);

  public Door(SpaceRegistry spaces, Discards discards) {
    this.spaces = spaces;
    this.discards = discards;
  }

  /** The call's write key is unknown, and a caller of the vendor would not be told: 200. */
  static final class SilentlyDroppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SilentlyDroppedException() {
      super("unknown write key, answered 200", null, false, false);
    }
  }

  /**
   * The source the Authorization header names, once for each space it feeds; empty if the header
   * names none and the body must.
   *
   * @throws HttpProblem 401 or 429
   */
  Optional<List<SourceOfSpace>> byHeader(HttpServerExchange exchange) {
    return Credentials.basicUser(exchange).map(writeKey -> admit(exchange, writeKey));
  }

  /**
   * The source of this write key, once for each space it feeds.
   *
   * @throws HttpProblem 401 if there is none, 429 if it sends too fast
   * @throws SilentlyDroppedException if there is none and nobody wants to know
   */
  List<SourceOfSpace> admit(HttpServerExchange exchange, String writeKey) {
    List<SourceOfSpace> sources = spaces.allByWriteKey(writeKey);
    if (sources.isEmpty()) {
      HttpProblem unknown =
          new HttpProblem(
              ErrorCode.UNKNOWN_SOURCE, "The write key is missing or belongs to no source.");
      discards.unplaced(unknown, writeKey, exchange);
      if (spaces.answersAlways200()) {
        throw new SilentlyDroppedException();
      }
      throw unknown;
    }
    if (sources.stream().anyMatch(source -> spaces.hasVendorLimits(source.space()))) {
      long wait = vendorRate.secondsToWait();
      if (wait > 0) {
        HttpProblem tooMany =
            HttpProblem.tooMany(
                "More than "
                    + VENDOR_REQUESTS_PER_SECOND
                    + " requests a second: try again after "
                    + wait
                    + " s.",
                wait);
        discards.putOff(sources.get(0), tooMany);
        throw tooMany;
      }
    }
    return sources;
  }

  /** The address the connection comes from. */
  static String address(HttpServerExchange exchange) {
    InetSocketAddress source = exchange.getSourceAddress();
    return source == null || source.getAddress() == null
        ? ""
        : source.getAddress().getHostAddress();
  }
}
