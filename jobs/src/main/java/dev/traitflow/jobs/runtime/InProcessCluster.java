package dev.traitflow.jobs.runtime;

import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.entrypoint.component.DispatcherResourceManagerComponentFactory;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A Flink cluster of one task manager inside this JVM that nothing outside can talk to.
 *
 * <p>Flink's REST interface takes a job and the code to run in it from everyone who reaches the
 * port, also from a page in a browser, and has no setting that turns it off. So this cluster has
 * none: it is reached by the methods of this class alone. What is left to listen, the server of
 * large job files, is bound to the loopback address.
 */
@SuppressWarnings("try") // Flink's own close may be interrupted
public final class InProcessCluster extends MiniCluster {
  static final String LOOPBACK = "127.0.0.1";

  /**
   * A cluster that has yet to be started.
   *
   * @param settings Flink's own; the addresses to bind are set here
   * @param slots greatest number of subtasks of one operator over all jobs, at least 1
   */
  public InProcessCluster(Configuration settings, int slots) {
    super(
        new MiniClusterConfiguration.Builder()
            .setConfiguration(onLoopback(settings))
            .setNumTaskManagers(1)
            .setNumSlotsPerTaskManager(slots)
            .build());
  }

  /** An environment whose jobs run here, as many subtasks of an operator as it says. */
  public StreamExecutionEnvironment environment(Configuration job) {
    Configuration here = new Configuration(job);
    here.set(DeploymentOptions.TARGET, InProcessExecutor.NAME);
    return new StreamExecutionEnvironment(
        new InProcessExecutor(this), here, InProcessCluster.class.getClassLoader());
  }

  private static Configuration onLoopback(Configuration settings) {
    Configuration loopback = new Configuration(settings);
    loopback.set(JobManagerOptions.BIND_HOST, LOOPBACK);
    loopback.set(TaskManagerOptions.BIND_HOST, LOOPBACK);
    loopback.set(TaskManagerOptions.HOST, LOOPBACK);
    return loopback;
  }

  @Override
  protected DispatcherResourceManagerComponentFactory
      createDispatcherResourceManagerComponentFactory() {
    return new SocketlessComponents();
  }
}
