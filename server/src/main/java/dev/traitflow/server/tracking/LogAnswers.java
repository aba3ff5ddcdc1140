package dev.traitflow.server.tracking;

import dev.traitflow.server.http.Answers;
import dev.traitflow.server.http.ErrorCode;
import dev.traitflow.server.http.HttpProblem;
import dev.traitflow.server.log.LogBusyException;
import dev.traitflow.server.log.LogToken;
import dev.traitflow.server.log.RecordTooLargeException;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import io.undertow.util.SameThreadExecutor;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests when what they brought is durable. No thread waits for that: the exchange is
 * left open and its connection's own thread answers it later.
 */
public final class LogAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(LogAnswers.class);
  static final HttpString TOKEN = new HttpString(LogToken.HEADER);
  private static final byte[] SUCCESS = "{\"success\":true}".getBytes(StandardCharsets.UTF_8);

  /** A body up to this many bytes is worked on at once; a larger one would hold up others. */
  private static final int AT_ONCE_BYTES_MAX = 65_536;

  private LogAnswers() {}

  /** The body of a 200. */
  static byte[] success() {
    return SUCCESS.clone();
  }

  /** Does the work on a body of that size outside the handler's call, on a thread fit for it. */
  static void later(HttpServerExchange exchange, int bytes, Runnable work) {
    Executor executor =
        bytes <= AT_ONCE_BYTES_MAX
            ? SameThreadExecutor.INSTANCE
            : exchange.getConnection().getWorker();
    exchange.dispatch(
        executor,
        () -> {
          try {
            work.run();
          } catch (RuntimeException edge) {
            // An edge: whatever it was, the caller gets JSON and the log the reason.
            LOG.error("A call could not be taken", edge);
            if (!exchange.isResponseStarted()) {
              Answers.refuseCall(
                  exchange,
                  new HttpProblem(ErrorCode.SERVER_ERROR, "The server failed; see its log."));
            }
          }
        });
  }

  /** Appends, and answers when that is durable; to be called from {@link #later}. */
  static void when(HttpServerExchange exchange, LogAppends appends, int status, byte[] answer) {
    CompletableFuture<String> unusedBecauseAnswered =
        appends
            .append()
            .whenCompleteAsync(
                (token, failure) -> {
                  if (failure != null) {
                    refuse(exchange, failure);
                    return;
                  }
                  if (!token.isEmpty()) {
                    exchange.getResponseHeaders().put(TOKEN, token);
                  }
                  Answers.send(exchange, status, answer);
                },
                exchange.getIoThread());
  }

  private static void refuse(HttpServerExchange exchange, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof RecordTooLargeException tooLarge) {
      Answers.refuseCall(exchange, HttpProblem.tooLarge(tooLarge));
      return;
    }
    if (!(cause instanceof LogBusyException)) {
      LOG.warn("A call could not be appended to the log", cause);
    }
    Answers.refuseCall(
        exchange, HttpProblem.tryLater("The call could not be kept: try again later."));
  }
}
