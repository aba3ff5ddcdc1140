package dev.traitflow.launcher.cli;

import java.net.URI;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Submits the jobs to a Flink cluster. */
@Command(
    name = "flink-run",
    mixinStandardHelpOptions = true,
    description = {
      "Submits the profile job and the scoring job to a Flink cluster whose class path has this"
          + " program's jars, resuming each from its newest complete checkpoint.",
      "Both jobs are submitted anew: cancel those that run first."
    })
final class FlinkRunCommand implements Callable<Integer> {
  private final Modules modules;

  @Option(
      names = "--jobmanager",
      paramLabel = "URL",
      required = true,
      description = "Flink's REST address, such as http://jobmanager:8081.")
  private URI jobManager = URI.create("");

  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Option(
      names = "--checkpoints",
      paramLabel = "URI",
      required = true,
      description = "Where checkpoints are kept; read here if it is a file: URI.")
  private URI checkpoints = URI.create("");

  FlinkRunCommand(Modules modules) {
    this.modules = modules;
  }

  @Override
  public Integer call() {
    modules.submitJobs(jobManager, kafka.connection(), checkpoints);
    return 0;
  }
}
