package dev.traitflow.jobs;

import dev.traitflow.jobs.runtime.InProcessCluster;
import dev.traitflow.jobs.runtime.JobSettings;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test an environment on a cluster in this JVM, configured as in production; its {@code
 * execute} returns when the job has ended. All tests share the cluster: the first starts it, and it
 * is closed with the last.
 */
final class JobCluster implements ParameterResolver {
  private static final int PARALLELISM = 2;

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == StreamExecutionEnvironment.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.GLOBAL)
        .getOrComputeIfAbsent(JobCluster.class, any -> started(), InProcessCluster.class)
        .environment(configuration());
  }

  private static InProcessCluster started() {
    InProcessCluster cluster = new InProcessCluster(new Configuration(), PARALLELISM);
    try {
      cluster.start();
    } catch (Exception e) {
      throw new IllegalStateException("cluster: cannot be started", e);
    }
    return cluster;
  }

  private static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.set(DeploymentOptions.ATTACHED, true);
    configuration.set(CoreOptions.DEFAULT_PARALLELISM, PARALLELISM);
    configuration.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.set(PipelineOptions.MAX_PARALLELISM, JobSettings.MAX_PARALLELISM);
    configuration.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
    return configuration;
  }
}
