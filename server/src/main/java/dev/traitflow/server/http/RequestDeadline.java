package dev.traitflow.server.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpContinue;
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

  private static final int LINGER_SECONDS = 2;

  private static final int LINGER_SECONDS_MAX = 30;

  private static final int ANSWER_SECONDS = 30;

  /** Slower than the slowest line in use. */
  private static final int BYTES_PER_SECOND_MIN = 10_000;

  private RequestDeadline() {}

  /**
   * Before an answer is sent. What its caller still sends is read and dropped for a while: a
   * connection that is closed on bytes nobody read is reset, and the answer can be lost with it.
   * The connection is kept open for that, even if its caller wants it closed then, because {@link
   * HttpServerExchange#endExchange} reads nothing more of one that is not persistent.
   */
  static void endBeforeBody(HttpServerExchange exchange) {
    if (exchange.isRequestComplete()) {
      return;
    }
    if (HttpContinue.requiresContinueResponse(exchange)) {
      // Its caller need not send the body now: what comes next could be the next request.
      exchange.setPersistent(false);
      return;
    }
    if (!exchange.isPersistent()) {
      exchange.setPersistent(true);
      exchange.addExchangeCompleteListener(
          (ended, next) -> {
            ended.setPersistent(false);
            next.proceed();
          });
    }
    long seconds = LINGER_SECONDS + exchange.getRequestContentLength() / BYTES_PER_SECOND_MIN;
    set(exchange, (int) Math.min(LINGER_SECONDS_MAX, seconds));
  }

  /** After an answer was sent: closes the connection unless it is taken at some pace. */
  static void setForAnswer(HttpServerExchange exchange, int bytes) {
    if (!exchange.isResponseComplete()) {
      int seconds = ANSWER_SECONDS + bytes / BYTES_PER_SECOND_MIN;
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
