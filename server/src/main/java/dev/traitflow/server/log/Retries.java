package dev.traitflow.server.log;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Kafka again while it says that it cannot answer yet, up to a deadline. What is asked must be
 * harmless to repeat.
 *
 * <p>On a machine whose disk is slow a topic that was just made is unknown to its broker for
 * seconds, and its partitions have no leader for longer.
 */
final class Retries {
  private static final Logger LOG = LoggerFactory.getLogger(Retries.class);
  private static final Duration START_TIMEOUT = Duration.ofMinutes(10);
  private static final long PAUSE_MILLIS_MAX = 2_000;

  /** What takes longer is worth a line: a person may be waiting. */
  private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final Duration timeout;
  private final LongSupplier nanoTime;
  private final long began;

  /** Bounded by this from now on, by the given clock. */
  Retries(Duration timeout, LongSupplier nanoTime) {
    this.timeout = timeout;
    this.nanoTime = nanoTime;
    this.began = nanoTime.getAsLong();
  }

  /** Patient as a start has to be. */
  static Retries atStart() {
    return new Retries(START_TIMEOUT, System::nanoTime);
  }

  /**
   * The first answer.
   *
   * @param what is waited for, for the message
   * @throws IllegalStateException if Kafka refuses, or has not answered in time
   */
  <T> T until(String what, Callable<T> ask) throws InterruptedException {
    long pause = 50;
    long said = nanoTime.getAsLong();
    while (true) {
      Throwable reason = null;
      try {
        return ask.call();
      } catch (ExecutionException e) {
        reason = e.getCause() == null ? e : e.getCause();
      } catch (RetriableException e) {
        reason = e;
      } catch (InterruptedException | RuntimeException e) {
        throw e;
      } catch (Exception e) { // an edge: a callable declares nothing narrower
        throw new IllegalStateException(what + ": cannot be had", e);
      }
      if (!(reason instanceof RetriableException)) {
        throw new IllegalStateException(what + ": cannot be had: " + reason.getMessage(), reason);
      }
      long now = nanoTime.getAsLong();
      if (now - began > timeout.toNanos()) {
        throw new IllegalStateException(
            "waited " + timeout.toSeconds() + " s for " + what + ": " + reason.getMessage(),
            reason);
      }
      if (now - said > SILENT_NANOS) {
        LOG.info("still waiting for {}: {}", what, reason.getMessage());
        said = now;
      }
      Thread.sleep(pause);
      pause = Math.min(PAUSE_MILLIS_MAX, pause * 2);
    }
  }
}
