package dev.traitflow.launcher.runtime;

import dev.traitflow.server.health.JobHealth;
import dev.traitflow.server.health.Jobs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.runtime.checkpoint.CheckpointStatsSnapshot;
import org.apache.flink.runtime.checkpoint.CompletedCheckpointStats;
import org.apache.flink.runtime.executiongraph.ErrorInfo;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.scheduler.ExecutionGraphInfo;
import org.jspecify.annotations.Nullable;

/**
 * How the jobs of a cluster inside this JVM stand, looked at once a second at most however many
 * ask.
 *
 * <p>Failures are counted in Flink's own history of them, so that nothing has to watch between two
 * questions.
 */
final class WatchedJobs implements Jobs {
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long ANSWER_SECONDS = 5;
  private static final int SENTENCE_CHARS_MAX = 300;
  private static final String UNKNOWN = "UNKNOWN";

  private final MiniCluster cluster;
  private final Supplier<Map<String, JobID>> jobs;
  private final ReentrantLock looking = new ReentrantLock();
  private volatile Seen seen = new Seen(List.of(), System.nanoTime() - 2 * FRESH_NANOS);

  /** What was seen, and when by the monotonic clock. */
  private record Seen(List<JobHealth> jobs, long nanos) {}

  /** Watches these jobs, by name. */
  WatchedJobs(MiniCluster cluster, Supplier<Map<String, JobID>> jobs) {
    this.cluster = cluster;
    this.jobs = jobs;
  }

  /** At most one caller waits for Flink; the others get what was seen last. */
  @Override
  public List<JobHealth> all() {
    if (System.nanoTime() - seen.nanos() > FRESH_NANOS && looking.tryLock()) {
      try {
        List<JobHealth> looked = new ArrayList<>();
        jobs.get().forEach((name, id) -> looked.add(look(name, id)));
        seen = new Seen(List.copyOf(looked), System.nanoTime());
      } finally {
        looking.unlock();
      }
    }
    return seen.jobs();
  }

  private JobHealth look(String name, JobID id) {
    try {
      return health(name, cluster.getExecutionGraphInfo(id).get(ANSWER_SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new JobHealth(name, UNKNOWN, false, 0, 0, null);
    } catch (ExecutionException | TimeoutException e) {
      return new JobHealth(name, UNKNOWN, false, 0, 0, sentence(e));
    }
  }

  private static JobHealth health(String name, ExecutionGraphInfo info) {
    JobStatus state = info.getArchivedExecutionGraph().getState();
    long since =
        Math.max(
            System.currentTimeMillis() - JobHealth.WINDOW.toMillis(),
            lastCheckpoint(info.getArchivedExecutionGraph().getCheckpointStatsSnapshot()));
    int failures = 0;
    int recent = 0;
    ErrorInfo last = info.getArchivedExecutionGraph().getFailureInfo();
    for (ErrorInfo failure : info.getExceptionHistory()) {
      failures++;
      recent += failure.getTimestamp() >= since ? 1 : 0;
      last = last == null || failure.getTimestamp() > last.getTimestamp() ? failure : last;
    }
    return new JobHealth(
        name,
        state.name(),
        state.isGloballyTerminalState(),
        failures,
        recent,
        last == null
            ? null
            : sentence(last.getException().deserializeError(WatchedJobs.class.getClassLoader())));
  }

  /** When the last checkpoint that was completed began, epoch milliseconds; 0 if none was. */
  private static long lastCheckpoint(@Nullable CheckpointStatsSnapshot checkpoints) {
    CompletedCheckpointStats last =
        checkpoints == null ? null : checkpoints.getHistory().getLatestCompletedCheckpoint();
    return last == null ? 0 : last.getTriggerTimestamp();
  }

  /** The innermost cause in one line. */
  private static String sentence(Throwable failure) {
    String text = EmbeddedFlink.rootMessage(failure).strip().replaceAll("\\s+", " ");
    return text.length() <= SENTENCE_CHARS_MAX
        ? text
        : text.substring(0, SENTENCE_CHARS_MAX) + "...";
  }
}
