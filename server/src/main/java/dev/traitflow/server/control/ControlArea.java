package dev.traitflow.server.control;

import dev.traitflow.server.http.Access;
import dev.traitflow.server.http.Area;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;

/** The control API: {@code /config} for definitions, {@code /admin} for operating the server. */
public final class ControlArea implements Area {
  @Override
  public boolean contains(String rawPath) {
    return isBelow(rawPath, "/config") || isBelow(rawPath, "/admin");
  }

  @Override
  public Access access() {
    return Access.OPERATOR;
  }

  @Override
  public void begin(HttpServerExchange exchange) {
    exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store");
  }

  private static boolean isBelow(String rawPath, String prefix) {
    return rawPath.startsWith(prefix)
        && (rawPath.length() == prefix.length() || rawPath.charAt(prefix.length()) == '/');
  }
}
