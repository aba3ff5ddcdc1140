package dev.traitflow.server.health;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a job of the pipeline stands.
 *
 * @param name such as {@code profiles}
 * @param state as Flink names it, such as {@code RUNNING} or {@code FAILED}
 * @param ended true if the job is over and will not restart by itself
 * @param restarts how often it failed since it was submitted, as far as Flink remembers
 * @param recentFailures how many of these failures lie within the last {@link #WINDOW} and behind
 *     the last completed checkpoint, which shows that the job got over what it failed at
 * @param lastFailure the cause of the last one in a sentence; null if it never failed
 */
public record JobHealth(
    String name,
    String state,
    boolean ended,
    int restarts,
    int recentFailures,
    @Nullable String lastFailure) {
  /** Failures further back no longer count against a job. */
  public static final Duration WINDOW = Duration.ofMinutes(5);

  private static final String RUNNING = "RUNNING";

  /** A job recovers from a failure or two; more within the window and it does not work. */
  static final int FAILURES_TOLERATED = 2;

  /** Whether what is waiting for this job waits in vain. */
  public boolean isFailing() {
    return ended || recentFailures > FAILURES_TOLERATED;
  }

  /** Whether it works now: one that starts or restarts does not yet. */
  public boolean isRunning() {
    return state.equals(RUNNING);
  }

  /** What is wrong with a failing job, without its cause. */
  String trouble() {
    return ended
        ? "Job " + name + " has ended (" + state + ")."
        : "Job "
            + name
            + " keeps restarting ("
            + recentFailures
            + " failures in "
            + WINDOW.toMinutes()
            + " minutes).";
  }
}
