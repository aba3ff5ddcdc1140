package dev.traitflow.server.health;

import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether what is accepted reaches the profiles: the truth about the pipeline, not about the
 * process that answers. Thread-safe.
 */
public final class PipelineHealth {
  private final Jobs jobs;
  private final BooleanSupplier storeIsComplete;
  private final Supplier<@Nullable RuntimeException> storeFailure;

  /**
   * Judges by these.
   *
   * @param storeIsComplete whether the store has caught up with the topics since the start
   * @param storeFailure why the store no longer follows the topics; null while it does
   */
  public PipelineHealth(
      Jobs jobs,
      BooleanSupplier storeIsComplete,
      Supplier<@Nullable RuntimeException> storeFailure) {
    this.jobs = jobs;
    this.storeIsComplete = storeIsComplete;
    this.storeFailure = storeFailure;
  }

  /** Whether anybody sees the jobs. */
  public boolean observesJobs() {
    return jobs.areObserved();
  }

  /** How each job stands. */
  public List<JobHealth> jobs() {
    return jobs.all();
  }

  /** Whether every job runs and the store has what they wrote. */
  public boolean isReady() {
    return reason().isEmpty();
  }

  /** What keeps calls from being reflected, with its cause; empty if nothing does. */
  public Optional<String> trouble() {
    RuntimeException failure = storeFailure.get();
    if (failure != null) {
      return Optional.of("The store no longer follows the topics: " + failure);
    }
    return failingJob()
        .map(
            job ->
                job.lastFailure() == null
                    ? job.trouble()
                    : job.trouble() + " Its last failure: " + job.lastFailure());
  }

  /** Why it is not ready, in words that give nothing away; empty if it is. */
  public Optional<String> reason() {
    if (storeFailure.get() != null) {
      return Optional.of("The store no longer follows the topics.");
    }
    Optional<JobHealth> failing = failingJob();
    if (failing.isPresent()) {
      return failing.map(JobHealth::trouble);
    }
    Optional<JobHealth> starting = jobs.all().stream().filter(job -> !job.isRunning()).findFirst();
    if (starting.isPresent()) {
      return starting.map(job -> "Job " + job.name() + " does not run yet (" + job.state() + ").");
    }
    return storeIsComplete.getAsBoolean()
        ? Optional.empty()
        : Optional.of("The store has not caught up with the topics yet.");
  }

  private Optional<JobHealth> failingJob() {
    return jobs.all().stream().filter(JobHealth::isFailing).findFirst();
  }
}
