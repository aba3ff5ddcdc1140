package dev.traitflow.launcher.runtime;

import dev.traitflow.predict.rows.BatchFailedException;
import dev.traitflow.predict.rows.BatchJob;
import dev.traitflow.predict.rows.BatchRunner;
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
final class BatchJobs implements BatchRunner {
  private static final Duration SUBMIT_TIMEOUT = Duration.ofMinutes(15);
  private static final long POLL_MILLIS = 200;

  private final MiniCluster cluster;

  BatchJobs(MiniCluster cluster) {
    this.cluster = cluster;
  }

  /** An environment for a bounded job, without checkpoints: if it fails it is run again. */
  private static StreamExecutionEnvironment environment(String jobName) {
    Configuration job = new Configuration();
    EmbeddedFlink.set(job, "pipeline.name", jobName);
    EmbeddedFlink.set(job, "parallelism.default", "2");
    EmbeddedFlink.set(job, "pipeline.max-parallelism", "128");
    EmbeddedFlink.set(job, "pipeline.generic-types", "false");
    EmbeddedFlink.set(job, "pipeline.auto-generate-uids", "false");
    EmbeddedFlink.set(job, "execution.runtime-mode", "BATCH");
    return StreamExecutionEnvironment.getExecutionEnvironment(job);
  }

  /** As the port says; the share is that of the subtasks that have finished. */
  @Override
  public void run(BatchJob job, DoubleConsumer progress) throws InterruptedException {
    StreamExecutionEnvironment environment = environment(job.name());
    job.define(environment);
    JobGraph graph = environment.getStreamGraph().getJobGraph();
    JobID id = graph.getJobID();
    boolean ended = false;
    try {
      cluster.submitJob(graph).get(SUBMIT_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      CompletableFuture<JobResult> ending = cluster.requestJobResult(id);
      while (!ended(ending)) {
        progress.accept(finishedShare(id));
      }
      ended = true;
      ending.get().toJobExecutionResult(BatchJobs.class.getClassLoader());
    } catch (ExecutionException | TimeoutException | JobExecutionException e) {
      throw new BatchFailedException(
          "job " + job.name() + ": failed: " + EmbeddedFlink.rootMessage(e), e);
    } catch (IOException | ClassNotFoundException e) {
      throw new BatchFailedException(
          "job " + job.name() + ": its result cannot be read: " + EmbeddedFlink.rootMessage(e), e);
    } finally {
      if (!ended) {
        CompletableFuture<?> unusedBecauseNobodyWaits = cluster.cancelJob(id);
      }
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
