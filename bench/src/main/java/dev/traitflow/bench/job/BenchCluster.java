package dev.traitflow.bench.job;

import dev.traitflow.jobs.runtime.InProcessCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.CheckpointStatsSnapshot;
import org.apache.flink.runtime.checkpoint.CompletedCheckpointStats;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.executiongraph.ErrorInfo;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A Flink cluster inside this JVM, set up like the one an instance runs: RocksDB, incremental
 * checkpoints to disk every 10 s, 2 GB for state.
 */
public final class BenchCluster implements AutoCloseable {
  /** Memory of RocksDB over all slots, in MB. Opponents get the same. */
  public static final int STATE_MEGABYTES = 2048;

  /** Slots. */
  public static final int SLOTS = 2;

  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final long POLL_MILLIS = 5;

  private final MiniCluster cluster;
  private final Path folder;

  private BenchCluster(MiniCluster cluster, Path folder) {
    this.cluster = cluster;
    this.folder = folder;
  }

  /** Starts a cluster whose files lie in {@code folder}. */
  public static BenchCluster start(Path folder) throws Exception {
    Configuration configuration = new Configuration();
    configuration.setString("io.tmp.dirs", folder.resolve("tmp").toString());
    configuration.setString("process.working-dir", folder.resolve("process").toString());
    configuration.setString("taskmanager.memory.managed.size", STATE_MEGABYTES + " mb");
    configuration.setString("taskmanager.memory.network.min", "128 mb");
    configuration.setString("taskmanager.memory.network.max", "128 mb");
    configuration.setString("cluster.io-pool.size", "4");
    configuration.setString("heartbeat.timeout", "300 s");
    Files.createDirectories(folder.resolve("tmp"));
    MiniCluster cluster = new InProcessCluster(configuration, SLOTS);
    cluster.start();
    return new BenchCluster(cluster, folder);
  }

  /** What a job runs with: the settings of an instance. */
  public Configuration configuration(int parallelism) {
    Configuration job = new Configuration();
    job.setString("parallelism.default", Integer.toString(parallelism));
    job.setString("pipeline.max-parallelism", "128");
    job.setString("pipeline.object-reuse", "true");
    job.setString("execution.buffer-timeout.interval", "10 ms");
    job.setString("state.backend.type", "rocksdb");
    job.setString("state.backend.rocksdb.use-bloom-filter", "true");
    job.setString("execution.checkpointing.storage", "filesystem");
    job.setString("execution.checkpointing.dir", folder.resolve("checkpoints").toUri().toString());
    job.setString("execution.checkpointing.incremental", "true");
    job.setString("execution.checkpointing.interval", "10 s");
    job.setString("execution.checkpointing.min-pause", "1 s");
    job.setString("execution.checkpointing.timeout", "10 min");
    job.setString("execution.checkpointing.num-retained", "1");
    job.setString("restart-strategy.type", "disable");
    return job;
  }

  /** An environment with {@link #configuration}. */
  public StreamExecutionEnvironment environment(int parallelism) {
    return StreamExecutionEnvironment.getExecutionEnvironment(configuration(parallelism));
  }

  /** Starts what was defined in the environment and waits until every subtask runs. */
  public Job start(StreamExecutionEnvironment environment)
      throws InterruptedException, ExecutionException, TimeoutException {
    JobGraph graph = environment.getStreamGraph().getJobGraph();
    cluster.submitJob(graph).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    Job job = new Job(cluster, graph.getJobID());
    job.awaitRunning();
    return job;
  }

  @Override
  public void close() {
    try {
      cluster.closeAsync().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("cluster: does not close", e);
    }
  }

  /** A job that runs; closing cancels it. */
  public static final class Job implements AutoCloseable {
    private final MiniCluster cluster;
    private final JobID id;

    private Job(MiniCluster cluster, JobID id) {
      this.cluster = cluster;
      this.id = id;
    }

    /**
     * Takes a checkpoint and waits for it: everything sent before is then processed and on disk.
     *
     * @return bytes of the whole state, also of what earlier checkpoints had written of it
     */
    public long checkpoint() throws InterruptedException, ExecutionException, TimeoutException {
      cluster.triggerCheckpoint(id).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      CheckpointStatsSnapshot stats = graph().getCheckpointStatsSnapshot();
      CompletedCheckpointStats newest =
          stats == null ? null : stats.getHistory().getLatestCompletedCheckpoint();
      return newest == null ? 0 : newest.getStateSize();
    }

    /** How many checkpoints completed and how many failed so far. */
    public long[] checkpoints() throws InterruptedException, ExecutionException, TimeoutException {
      CheckpointStatsSnapshot stats = graph().getCheckpointStatsSnapshot();
      return stats == null
          ? new long[2]
          : new long[] {
            stats.getCounts().getNumberOfCompletedCheckpoints(),
            stats.getCounts().getNumberOfFailedCheckpoints()
          };
    }

    /** Throws with the job's own failure if it does not run any more. */
    public void requireRunning() {
      try {
        AccessExecutionGraph graph = graph();
        if (graph.getState() != JobStatus.RUNNING) {
          ErrorInfo failure = graph.getFailureInfo();
          throw new IllegalStateException(
              "job: got state "
                  + graph.getState()
                  + " (expected RUNNING); "
                  + (failure == null ? "no failure known" : failure.getExceptionAsString()));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException | TimeoutException e) {
        throw new IllegalStateException("job: its state cannot be read", e);
      }
    }

    private AccessExecutionGraph graph()
        throws InterruptedException, ExecutionException, TimeoutException {
      return cluster.getExecutionGraph(id).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }

    private void awaitRunning() throws InterruptedException, ExecutionException, TimeoutException {
      long end = System.nanoTime() + TIMEOUT.toNanos();
      while (System.nanoTime() < end) {
        AccessExecutionGraph graph = graph();
        if (graph.getState().isGloballyTerminalState()) {
          requireRunning();
        }
        boolean running = graph.getState() == JobStatus.RUNNING;
        for (AccessExecutionVertex vertex : graph.getAllExecutionVertices()) {
          running &= vertex.getExecutionState() == ExecutionState.RUNNING;
        }
        if (running) {
          return;
        }
        Thread.sleep(POLL_MILLIS);
      }
      throw new IllegalStateException("job: not running after " + TIMEOUT);
    }

    @Override
    public void close() throws ExecutionException, TimeoutException {
      try {
        cluster.cancelJob(id).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        cluster.requestJobResult(id).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
