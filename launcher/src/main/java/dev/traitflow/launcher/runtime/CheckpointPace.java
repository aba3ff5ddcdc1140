package dev.traitflow.launcher.runtime;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.flink.api.common.JobID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the jobs checkpointed every ten seconds while there is something to keep. Flink knows one
 * interval for good and checkpoints a job that has nothing to do like any other, which costs a
 * tenth of a second of processor time; so its own interval is long, for jobs at rest, and the
 * checkpoints between are asked for here.
 */
final class CheckpointPace implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointPace.class);
  private static final long PERIOD_SECONDS = 10;

  private final Supplier<Map<String, JobID>> jobs;
  private final Function<JobID, CompletableFuture<?>> checkpoint;
  private final Map<JobID, CompletableFuture<?>> newest = new HashMap<>();
  private volatile BooleanSupplier atRest = () -> false;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread made = new Thread(task, "traitflow-checkpoints");
            made.setDaemon(true);
            return made;
          });

  /**
   * A pace that has yet to be started.
   *
   * @param jobs by name
   * @param checkpoint takes a checkpoint of a job
   */
  CheckpointPace(
      Supplier<Map<String, JobID>> jobs, Function<JobID, CompletableFuture<?>> checkpoint) {
    this.jobs = jobs;
    this.checkpoint = checkpoint;
  }

  /** Says from now on whether the jobs have nothing to do; until then they always have. */
  void restWhile(BooleanSupplier condition) {
    atRest = condition;
  }

  void start() {
    ScheduledFuture<?> unusedUntilShutdown =
        thread.scheduleWithFixedDelay(this::look, PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
  }

  /** Asks for the checkpoints that are due; one that is still under way is not asked for again. */
  void look() {
    try {
      if (atRest.getAsBoolean()) {
        return;
      }
      for (JobID job : jobs.get().values()) {
        CompletableFuture<?> before = newest.get(job);
        if (before == null || before.isDone()) {
          newest.put(job, checkpoint.apply(job));
        }
      }
    } catch (RuntimeException failure) {
      // An edge: Flink counts failed checkpoints and says why; the next period tries again.
      LOG.debug("a checkpoint could not be asked for", failure);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
