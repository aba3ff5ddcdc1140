package dev.traitflow.server.schedule;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A look at what may have changed, some time after it was asked for, however often that is asked
 * meanwhile: nothing runs while nothing changes. Thread-safe.
 */
public final class PlannedLook {
  private static final Logger LOG = LoggerFactory.getLogger(PlannedLook.class);

  private final ScheduledExecutorService executor;
  private final long delayMillis;
  private final Runnable look;
  private final AtomicBoolean planned = new AtomicBoolean();

  /**
   * Looks on an executor, which its maker closes.
   *
   * @param delayMillis from {@link #plan} to the look
   * @param look catches what goes wrong in it; may plan the next one
   */
  public PlannedLook(ScheduledExecutorService executor, long delayMillis, Runnable look) {
    this.executor = executor;
    this.delayMillis = delayMillis;
    this.look = look;
  }

  /** Looks soon; a look that is planned already will do. */
  public void plan() {
    if (planned.compareAndSet(false, true)) {
      try {
        ScheduledFuture<?> unusedUntilShutdown =
            executor.schedule(this::run, delayMillis, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException closing) {
        LOG.debug("No look is planned any more", closing);
      }
    }
  }

  private void run() {
    // First of all: what changes from here on gets a look of its own.
    planned.set(false);
    look.run();
  }
}
