package dev.traitflow.launcher.runtime;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Flink cluster that runs elsewhere, with this program's jars on its class path. */
public final class RemoteFlink {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteFlink.class);

  private final URI jobManager;
  private final URI checkpoints;

  /**
   * @param jobManager REST address of the cluster
   * @param checkpoints where checkpoints are kept, a folder a job below it
   */
  public RemoteFlink(URI jobManager, URI checkpoints) {
    this.jobManager = jobManager;
    this.checkpoints = checkpoints;
  }

  /** An environment to define a job of this name in; it resumes from its newest checkpoint. */
  public StreamExecutionEnvironment environment(String jobName) {
    URI directory = URI.create(checkpoints.toString().replaceAll("/*$", "/") + jobName);
    Configuration job = EmbeddedFlink.jobConfiguration(jobName, directory);
    newest(directory)
        .ifPresent(
            path -> {
              LOG.info("job {} resumes from {}", jobName, path);
              job.setString("execution.state-recovery.path", path.toUri().toString());
              job.setString("execution.state-recovery.claim-mode", "CLAIM");
            });
    return StreamExecutionEnvironment.createRemoteEnvironment(
        jobManager.getHost(), jobManager.getPort(), job);
  }

  /** Submits what was defined. */
  public void submit(String jobName, StreamExecutionEnvironment environment) {
    try {
      environment.executeAsync(jobName);
    } catch (Exception e) { // Flink declares nothing narrower
      throw new Failure("job " + jobName + ": was not accepted by " + jobManager, e);
    }
  }

  private static Optional<Path> newest(URI directory) {
    if (!"file".equals(directory.getScheme())) {
      return Optional.empty();
    }
    try {
      return new CheckpointDirectory(Path.of(directory)).newestComplete();
    } catch (IOException e) {
      throw new Failure(directory + ": checkpoints cannot be read: " + e.getMessage(), e);
    }
  }
}
