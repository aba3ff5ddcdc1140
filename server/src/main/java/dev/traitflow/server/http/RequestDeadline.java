package dev.traitflow.server.http;

import io.undertow.server.HttpServerExchange;
import java.util.concurrent.TimeUnit;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;

/**
 * Ends connections whose request does not come in: whoever sends a byte a minute keeps a socket for
 * so long and no thread. A request that is there already costs nothing here.
 */
final class RequestDeadline {
  /** For a call. */
  static final int CALL_SECONDS = 30;

  /** For anything else, such as a chunk of a file. */
  static final int OTHER_SECONDS = 120;

  private RequestDeadline() {}

  /** Closes the connection unless the whole request is there in {@code seconds}. */
  static void set(HttpServerExchange exchange, int seconds) {
    if (exchange.isRequestComplete()) {
      return;
    }
    XnioExecutor.Key timer =
        exchange.getIoThread().executeAfter(() -> end(exchange), seconds, TimeUnit.SECONDS);
    exchange.addExchangeCompleteListener(
        (ended, next) -> {
          timer.remove();
          next.proceed();
        });
  }

  private static void end(HttpServerExchange exchange) {
    if (!exchange.isRequestComplete()) {
      IoUtils.safeClose(exchange.getConnection());
    }
  }
}
