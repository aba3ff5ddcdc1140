package dev.traitflow.launcher.runtime;

import dev.traitflow.jobs.runtime.InProcessCluster;
import dev.traitflow.predict.rows.BatchRunner;
import dev.traitflow.server.files.PrivateFiles;
import dev.traitflow.server.health.JobHealth;
import dev.traitflow.server.health.Jobs;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.executiongraph.ErrorInfo;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Flink cluster inside this JVM whose jobs outlive it: each job resumes from the newest complete
 * checkpoint that its name left under the data directory.
 *
 * <p>An embedded cluster has no durable memory of its jobs (each start is a new job id), so the
 * name of a job is its identity here, and the checkpoint folder of that name is its memory.
 * Checkpoints are claimed on restore: Flink deletes them once newer ones replace them. Their
 * metadata holds absolute paths, so a data directory that was moved cannot be resumed (see {@link
 * DataLocation}).
 */
public final class EmbeddedFlink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedFlink.class);
  private static final Duration START_TIMEOUT = Duration.ofMinutes(15);
  private static final Duration FINAL_CHECKPOINT_TIMEOUT = Duration.ofSeconds(8);
  private static final Duration CANCEL_TIMEOUT = Duration.ofSeconds(6);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(8);
  private static final long POLL_MILLIS = 50;
  private static final String CHECKPOINTS = "flink/checkpoints";

  private final MiniCluster cluster;
  private final Path dataDir;
  private final Map<String, JobID> jobs = new LinkedHashMap<>();
  private final WatchedJobs health;
  private final CheckpointPace checkpoints;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedFlink(MiniCluster cluster, Path dataDir) {
    this.cluster = cluster;
    this.dataDir = dataDir;
    this.health = new WatchedJobs(cluster, this::submitted);
    this.checkpoints = new CheckpointPace(this::submitted, cluster::triggerCheckpoint);
  }

  /**
   * Starts a cluster of one task manager whose files lie in {@code dataDir/flink}.
   *
   * @param slots greatest number of subtasks of one operator over all jobs, at least 1
   * @throws Failure if the cluster does not start
   */
  public static EmbeddedFlink start(Path dataDir, int slots) {
    // Of the timers of Flink's actors, which only bound how late a time-out is noticed: at Pekko's
    // own 10 ms two threads would wake 200 times a second.
    System.setProperty("pekko.scheduler.tick-duration", "500 ms");
    Path directory = dataDir.toAbsolutePath().normalize();
    Path temporary = directory.resolve("flink/tmp");
    MiniCluster cluster = null;
    try {
      deleteTree(temporary);
      PrivateFiles.createDirectories(temporary);
      PrivateFiles.createDirectories(directory.resolve(CHECKPOINTS));
      cluster = new InProcessCluster(clusterConfiguration(temporary), slots);
      cluster.start();
      EmbeddedFlink flink = new EmbeddedFlink(cluster, directory);
      flink.checkpoints.start();
      return flink;
    } catch (Exception e) { // the cluster's start declares nothing narrower
      if (cluster != null) {
        close(cluster);
      }
      throw new Failure("Flink in " + directory + "/flink: did not start: " + e.getMessage(), e);
    }
  }

  /** What a job of this name runs with; a job may set more, but not the checkpoint directory. */
  public Configuration jobConfiguration(String jobName) {
    Configuration job = jobConfiguration(jobName, checkpoints(jobName).toUri());
    // At rest; otherwise CheckpointPace asks more often.
    set(job, "execution.checkpointing.interval", "60 s");
    return job;
  }

  /** The same with another place for the job's checkpoints. */
  static Configuration jobConfiguration(String jobName, URI checkpoints) {
    Configuration job = new Configuration();
    set(job, "pipeline.name", jobName);
    set(job, "parallelism.default", "2");
    set(job, "pipeline.max-parallelism", "128");
    set(job, "pipeline.generic-types", "false");
    set(job, "pipeline.auto-generate-uids", "false");
    set(job, "pipeline.object-reuse", "true");
    set(job, "state.backend.type", "rocksdb");
    // Most look-ups of a messageId or an identifier find nothing.
    set(job, "state.backend.rocksdb.use-bloom-filter", "true");
    set(job, "execution.checkpointing.storage", "filesystem");
    set(job, "execution.checkpointing.dir", checkpoints.toString());
    set(job, "execution.checkpointing.incremental", "true");
    set(job, "execution.checkpointing.interval", "10 s");
    set(job, "execution.checkpointing.min-pause", "1 s");
    set(job, "execution.checkpointing.timeout", "10 min");
    set(job, "execution.checkpointing.tolerable-failed-checkpoints", "20");
    set(job, "execution.checkpointing.mode", "EXACTLY_ONCE");
    set(job, "execution.checkpointing.num-retained", "2");
    set(job, "execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
    set(job, "restart-strategy.type", "exponential-delay");
    set(job, "restart-strategy.exponential-delay.initial-backoff", "500 ms");
    set(job, "restart-strategy.exponential-delay.max-backoff", "10 s");
    set(job, "restart-strategy.exponential-delay.reset-backoff-threshold", "5 min");
    return job;
  }

  /** A new environment with {@link #jobConfiguration}, to define a job in. */
  public StreamExecutionEnvironment environment(String jobName) {
    return StreamExecutionEnvironment.getExecutionEnvironment(jobConfiguration(jobName));
  }

  /**
   * Submits what was defined in the environment, resuming from the newest readable checkpoint of
   * that name, or from the start if there is none. Returns when the cluster has accepted the job;
   * see {@link #awaitRunning}.
   *
   * @param environment one made with this name's configuration
   * @throws Failure if a job of that name runs already or the cluster refuses it
   */
  public synchronized JobID submit(String jobName, StreamExecutionEnvironment environment) {
    if (jobs.containsKey(jobName)) {
      throw new Failure("job " + jobName + ": got a second submission (expected one)");
    }
    JobGraph graph = environment.getStreamGraph().getJobGraph();
    try {
      CheckpointDirectory checkpoints = new CheckpointDirectory(checkpoints(jobName));
      checkpoints.deleteOrphans();
      Optional<Path> newest = checkpoints.newestComplete();
      if (newest.isPresent()) {
        LOG.info("job {} resumes from {}", jobName, newest.get());
        graph.setSavepointRestoreSettings(
            SavepointRestoreSettings.forPath(
                newest.get().toUri().toString(), false, RecoveryClaimMode.CLAIM));
      }
      cluster.submitJob(graph).get(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("job " + jobName + ": interrupted while it was submitted", e);
    } catch (ExecutionException | TimeoutException | IOException e) {
      throw new Failure("job " + jobName + ": was not accepted: " + rootMessage(e), e);
    }
    jobs.put(jobName, graph.getJobID());
    return graph.getJobID();
  }

  /** How the jobs that were submitted stand. */
  public Jobs health() {
    return health;
  }

  /** Says from now on whether the jobs have nothing to do, and checkpoints need not be frequent. */
  public void restWhile(BooleanSupplier condition) {
    // By a completed checkpoint it is known that a job that failed works again.
    checkpoints.restWhile(
        () -> condition.getAsBoolean() && health.all().stream().noneMatch(JobHealth::isFailing));
  }

  private synchronized Map<String, JobID> submitted() {
    return new LinkedHashMap<>(jobs);
  }

  /** Runs bounded jobs beside the others. */
  public BatchRunner batches() {
    return new BatchJobs(cluster);
  }

  /**
   * Waits until every subtask of the job runs (its state is restored by then).
   *
   * @throws Failure if the job ends instead, or has not got there after a quarter of an hour; the
   *     message names the job's last failure
   */
  public void awaitRunning(JobID job) {
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    try {
      while (true) {
        AccessExecutionGraph graph =
            cluster.getExecutionGraph(job).get(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        if (graph.getState() == JobStatus.RUNNING && allRunning(graph)) {
          return;
        }
        if (graph.getState().isGloballyTerminalState() || System.nanoTime() > deadline) {
          throw new Failure("job " + graph.getJobName() + ": " + describe(graph));
        }
        Thread.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("job " + job + ": interrupted while it was awaited", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new Failure("job " + job + ": its state cannot be read: " + rootMessage(e), e);
    }
  }

  /** Takes a checkpoint now and returns when it is complete. */
  public void checkpoint(JobID job, Duration timeout) {
    try {
      cluster.triggerCheckpoint(job).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("job " + job + ": interrupted during a checkpoint", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new Failure("job " + job + ": no checkpoint: " + rootMessage(e), e);
    }
  }

  /**
   * Ends the jobs after a last checkpoint each, then the cluster, within 25 seconds. A job that
   * cannot checkpoint in time is cancelled without one; it resumes from an earlier one.
   */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      checkpoints.close();
      List<JobID> running = runningJobs();
      awaitAll("last checkpoint", running, cluster::triggerCheckpoint, FINAL_CHECKPOINT_TIMEOUT);
      awaitAll("cancellation", running, this::cancelled, CANCEL_TIMEOUT);
      close(cluster);
    }
  }

  /**
   * Ends the cluster without asking its jobs: what a crash leaves behind, short of killing the
   * process. For tests of recovery.
   */
  void abandon() {
    if (closed.compareAndSet(false, true)) {
      checkpoints.close();
      close(cluster);
    }
  }

  private CompletableFuture<?> cancelled(JobID job) {
    return cluster.cancelJob(job).thenCompose(ignored -> cluster.requestJobResult(job));
  }

  private static void close(MiniCluster cluster) {
    try {
      cluster.closeAsync().get(CLOSE_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("the Flink cluster did not close in time: {}", rootMessage(e));
    }
  }

  private synchronized List<JobID> runningJobs() {
    List<JobID> running = new ArrayList<>();
    for (JobID job : jobs.values()) {
      try {
        JobStatus status =
            cluster.getJobStatus(job).get(CANCEL_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        if (!status.isTerminalState()) {
          running.add(job);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return running;
      } catch (ExecutionException | TimeoutException e) {
        LOG.debug("job {} has no status", job, e);
      }
    }
    return running;
  }

  /** Something that is done to one job and answered later. */
  private interface JobAction {
    CompletableFuture<?> start(JobID job);
  }

  private static void awaitAll(String what, List<JobID> jobs, JobAction action, Duration timeout) {
    CompletableFuture<?>[] actions = new CompletableFuture<?>[jobs.size()];
    for (int i = 0; i < actions.length; i++) {
      actions[i] = action.start(jobs.get(i));
    }
    try {
      CompletableFuture.allOf(actions).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("{} of the jobs: {}", what, rootMessage(e));
    }
  }

  /** Whether a job left a checkpoint in this data directory. */
  static boolean hasCheckpoints(Path dataDir) throws IOException {
    Path checkpoints = dataDir.resolve(CHECKPOINTS);
    if (!Files.isDirectory(checkpoints)) {
      return false;
    }
    try (Stream<Path> jobs = Files.list(checkpoints)) {
      for (Path job : jobs.toList()) {
        if (new CheckpointDirectory(job).newestComplete().isPresent()) {
          return true;
        }
      }
    }
    return false;
  }

  private Path checkpoints(String jobName) {
    return dataDir.resolve(CHECKPOINTS).resolve(jobName);
  }

  private static boolean allRunning(AccessExecutionGraph graph) {
    for (AccessExecutionVertex vertex : graph.getAllExecutionVertices()) {
      ExecutionState state = vertex.getExecutionState();
      if (state != ExecutionState.RUNNING && state != ExecutionState.FINISHED) {
        return false;
      }
    }
    return true;
  }

  private static String describe(AccessExecutionGraph graph) {
    ErrorInfo failure = graph.getFailureInfo();
    String cause = failure == null ? "no failure known" : failure.getExceptionAsString();
    return "got state " + graph.getState() + " (expected all subtasks running); " + cause;
  }

  private static Configuration clusterConfiguration(Path temporary) {
    Configuration cluster = new Configuration();
    set(cluster, "io.tmp.dirs", temporary.toString());
    set(cluster, "blob.storage.directory", temporary.resolve("blobs").toString());
    set(cluster, "process.working-dir", temporary.resolve("process").toString());
    // RocksDB's share; divided among the slots.
    set(cluster, "taskmanager.memory.managed.size", "2 gb");
    set(cluster, "taskmanager.memory.network.min", "128 mb");
    set(cluster, "taskmanager.memory.network.max", "128 mb");
    set(cluster, "execution.checkpointing.num-retained", "2");
    set(cluster, "cluster.io-pool.size", "4");
    // One process that stalls (a laptop that slept) must not declare its own parts dead.
    set(cluster, "heartbeat.timeout", "300 s");
    set(cluster, "pekko.ask.timeout", "120 s");
    // What a job's health is judged by; each entry holds the stack of one failure.
    set(cluster, "web.exception-history-size", "64");
    return cluster;
  }

  static void set(Configuration configuration, String key, String value) {
    configuration.setString(key, value);
  }

  private static void deleteTree(Path root) throws IOException {
    if (Files.exists(root)) {
      try (Stream<Path> all = Files.walk(root)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  static String rootMessage(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
