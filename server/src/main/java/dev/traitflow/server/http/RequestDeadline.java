package dev.traitflow.server.http;

import io.undertow.server.HttpServerExchange;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;

/**
 * Ends connections whose request does not come in, or whose answer is not taken: whoever sends or
 * reads a byte a minute keeps a socket for so long and no thread. A request that is there already,
 * and an answer that the system took at once, cost nothing here.
 */
public final class RequestDeadline {
  /** For a call. */
  static final int CALL_SECONDS = 30;

  /** For anything else, such as a chunk of a file. */
  static final int OTHER_SECONDS = 120;

  /** For what a refused caller still sends: closed sooner, the refusal itself could be lost. */
  private static final int LINGER_SECONDS = 2;

  private static final int ANSWER_SECONDS = 30;

  /** Slower than the slowest line in use. */
  private static final int ANSWER_BYTES_PER_SECOND_MIN = 10_000;

  private RequestDeadline() {}

  /** Before an answer is sent: it ends the connection if the request's body was not received. */
  static void endBeforeBody(HttpServerExchange exchange) {
    if (!exchange.isRequestComplete()) {
      exchange.setPersistent(false);
      set(exchange, LINGER_SECONDS);
    }
  }

  /** After an answer was sent: closes the connection unless it is taken at some pace. */
  static void setForAnswer(HttpServerExchange exchange, int bytes) {
    if (!exchange.isResponseComplete()) {
      int seconds = ANSWER_SECONDS + bytes / ANSWER_BYTES_PER_SECOND_MIN;
      closeAfter(exchange, seconds, () -> !exchange.isResponseComplete());
    }
  }

  /** Closes the connection unless the whole request is there in {@code seconds}. */
  static void set(HttpServerExchange exchange, int seconds) {
    if (!exchange.isRequestComplete()) {
      closeAfter(exchange, seconds, () -> !exchange.isRequestComplete());
    }
  }

  private static void closeAfter(
      HttpServerExchange exchange, int seconds, BooleanSupplier isUnfinished) {
    if (!exchange.getConnection().isOpen()) {
      return;
    }
    XnioExecutor.Key timer =
        exchange
            .getIoThread()
            .executeAfter(
                () -> {
                  if (isUnfinished.getAsBoolean()) {
                    IoUtils.safeClose(exchange.getConnection());
                  }
                },
                seconds,
                TimeUnit.SECONDS);
    exchange.addExchangeCompleteListener(
        (ended, next) -> {
          timer.remove();
          next.proceed();
        });
  }
}
