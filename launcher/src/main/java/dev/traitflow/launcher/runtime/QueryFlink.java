package dev.traitflow.launcher.runtime;

import dev.traitflow.jobs.runtime.InProcessCluster;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Flink for the queries of one command, started when the first is asked. */
public final class QueryFlink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(QueryFlink.class);
  private static final long CLOSE_SECONDS = 10;

  private final int slots = Runtime.getRuntime().availableProcessors();
  private @Nullable InProcessCluster cluster;

  /**
   * An environment for queries with these settings, as many subtasks as there are processors.
   *
   * @throws Failure if Flink does not start
   */
  public StreamExecutionEnvironment environment(Configuration settings) {
    InProcessCluster started = new InProcessCluster(settings, slots);
    cluster = started;
    try {
      started.start();
    } catch (Exception e) { // the cluster's start declares nothing narrower
      throw new Failure("Flink: did not start: " + EmbeddedFlink.rootMessage(e), e);
    }
    Configuration queries = new Configuration(settings);
    queries.setString("parallelism.default", Integer.toString(slots));
    return started.environment(queries);
  }

  @Override
  public void close() {
    if (cluster != null) {
      try {
        cluster.closeAsync().get(CLOSE_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException | TimeoutException e) {
        LOG.warn("Flink did not close in time: {}", EmbeddedFlink.rootMessage(e));
      }
    }
  }
}
