package dev.traitflow.launcher.runtime;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleConsumer;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.client.JobExecutionException;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Bounded jobs on the cluster inside this JVM, each waited for by its caller. */
public final class BatchJobs {
  private static final Duration SUBMIT_TIMEOUT = Duration.ofMinutes(15);
  private static final long POLL_MILLIS = 200;

  private final MiniCluster cluster;

  BatchJobs(MiniCluster cluster) {
    this.cluster = cluster;
  }

  /** A new environment for a bounded job, without checkpoints: if it fails it is run again. */
  public StreamExecutionEnvironment environment(String jobName) {
    Configuration job = new Configuration();
    EmbeddedFlink.set(job, "pipeline.name", jobName);
    EmbeddedFlink.set(job, "parallelism.default", "2");
    EmbeddedFlink.set(job, "pipeline.max-parallelism", "128");
    EmbeddedFlink.set(job, "pipeline.generic-types", "false");
    EmbeddedFlink.set(job, "pipeline.auto-generate-uids", "false");
    EmbeddedFlink.set(job, "execution.runtime-mode", "BATCH");
    return StreamExecutionEnvironment.getExecutionEnvironment(job);
  }

  /**
   * Runs a bounded job to its end. Interrupted, it cancels the job.
   *
   * @param environment one made by {@link #environment}
   * @param progress hears again and again which share of the subtasks has finished, 0 to 1
   * @throws Failure if the job fails
   * @throws InterruptedException if the thread is interrupted meanwhile
   */
  public void run(String jobName, StreamExecutionEnvironment environment, DoubleConsumer progress)
      throws InterruptedException {
    JobGraph graph = environment.getStreamGraph().getJobGraph();
    JobID job = graph.getJobID();
    try {
      cluster.submitJob(graph).get(SUBMIT_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      CompletableFuture<JobResult> ending = cluster.requestJobResult(job);
      while (!ended(ending)) {
        progress.accept(finishedShare(job));
      }
      ending.get().toJobExecutionResult(BatchJobs.class.getClassLoader());
    } catch (InterruptedException e) {
      CompletableFuture<?> unusedBecauseNobodyWaits = cluster.cancelJob(job);
      throw e;
    } catch (ExecutionException | TimeoutException | JobExecutionException e) {
      throw new Failure("job " + jobName + ": failed: " + EmbeddedFlink.rootMessage(e), e);
    } catch (IOException | ClassNotFoundException e) {
      throw new Failure(
          "job " + jobName + ": its result cannot be read: " + EmbeddedFlink.rootMessage(e), e);
    }
  }

  /** Waits for a moment; true if the job has ended. */
  private static boolean ended(CompletableFuture<JobResult> ending)
      throws InterruptedException, ExecutionException {
    try {
      JobResult unusedBecauseItIsAskedAgain = ending.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException running) {
      return false;
    }
  }

  private double finishedShare(JobID job)
      throws InterruptedException, ExecutionException, TimeoutException {
    int all = 0;
    int finished = 0;
    for (AccessExecutionVertex vertex :
        cluster
            .getExecutionGraph(job)
            .get(SUBMIT_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
            .getAllExecutionVertices()) {
      all++;
      finished += vertex.getExecutionState() == ExecutionState.FINISHED ? 1 : 0;
    }
    return all == 0 ? 0 : finished / (double) all;
  }
}
