package dev.traitflow.server.http;

import io.undertow.server.HttpServerExchange;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests that take long, on threads of their own and only so many at a time: callers who wait for
 * a flush, or read an export as slowly as they like, hold none of the threads that answer the
 * others.
 */
public final class LongRequests implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LongRequests.class);
  private static final int CLOSE_SECONDS_MAX = 60;

  private final String what;
  private final int max;
  private final Semaphore free;
  private final ExecutorService threads;

  /**
   * A kind of long requests.
   *
   * @param what the plural that names them in refusals
   * @param max how many at a time, at least 1
   */
  public LongRequests(String what, int max) {
    this.what = what;
    this.max = max;
    this.free = new Semaphore(max);
    this.threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "traitflow-" + what.replace(' ', '-'));
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Does the work once the handler that calls this has returned. The work may be interrupted: then
   * the server is stopping.
   *
   * @throws HttpProblem 503 with {@code Retry-After} if there are too many already
   */
  void run(HttpServerExchange exchange, RequestEdge.Work work) {
    if (threads.isShutdown() || !free.tryAcquire()) {
      throw HttpProblem.tryLater(
          "At most " + max + " " + what + " are served at a time: try again later.");
    }
    exchange.dispatch(
        threads,
        () -> {
          try {
            RequestEdge.run(exchange, work);
          } finally {
            free.release();
          }
        });
  }

  /** Interrupts what is under way and waits for its end: it may be reading the store. */
  @Override
  public void close() {
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) {
        LOG.warn("Some {} did not end within {} s", what, CLOSE_SECONDS_MAX);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
