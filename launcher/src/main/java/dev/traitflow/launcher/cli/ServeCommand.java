package dev.traitflow.launcher.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the server alone, beside a Kafka and a Flink that run elsewhere. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the server alone: Kafka and the jobs run elsewhere (see flink-run).",
      "It makes the topics that are missing, and serves on all addresses until it is stopped."
    })
final class ServeCommand implements Callable<Integer> {
  private final Modules modules;

  @Option(names = "--kafka", paramLabel = "HOST:PORT", required = true, description = "Kafka.")
  private String kafka = "";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where the store and the clock are kept (default: ${DEFAULT-VALUE}).",
      defaultValue = "data")
  private Path data = Path.of("data");

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The server's port (default: ${DEFAULT-VALUE}).",
      defaultValue = "8080")
  private int port = 8080;

  @Option(
      names = "--space",
      paramLabel = "FILE",
      description = "A space's definition to apply at the start; may be repeated.")
  private List<Path> spaces = new ArrayList<>();

  ServeCommand(Modules modules) {
    this.modules = modules;
  }

  @Override
  public Integer call() throws InterruptedException {
    modules.serve(kafka, data, port, spaces);
    return 0;
  }
}
