package dev.traitflow.server.access;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/** Reads the Authorization header. */
public final class Credentials {
  private Credentials() {}

  /** The user name of Basic credentials; the colon behind it may be missing. */
  public static Optional<String> basicUser(HttpServerExchange exchange) {
    return after(exchange, "basic ").map(Credentials::decode).filter(user -> !user.isEmpty());
  }

  /** A Bearer token. */
  static Optional<String> bearer(HttpServerExchange exchange) {
    return after(exchange, "bearer ");
  }

  private static Optional<String> after(HttpServerExchange exchange, String scheme) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION))
        .filter(header -> header.toLowerCase(Locale.ROOT).startsWith(scheme))
        .map(header -> header.substring(scheme.length()).trim());
  }

  private static String decode(String encoded) {
    try {
      String pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      return colon < 0 ? pair : pair.substring(0, colon);
    } catch (IllegalArgumentException notBase64) {
      return "";
    }
  }
}
