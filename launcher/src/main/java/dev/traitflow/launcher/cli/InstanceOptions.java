package dev.traitflow.launcher.cli;

import dev.traitflow.launcher.runtime.Instance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that starts an instance in its own process. */
final class InstanceOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The data directory; made if it is missing (default: ${DEFAULT-VALUE}).",
      defaultValue = "data")
  Path data = Path.of("data");

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The server's port; 0 picks one (default: ${DEFAULT-VALUE}).",
      defaultValue = "8080")
  int port = 8080;

  @Option(
      names = "--space",
      paramLabel = "FILE",
      description = "A space's definition to apply at the start; may be repeated.")
  List<Path> spaces = new ArrayList<>();

  @Option(
      names = "--clock",
      paramLabel = "event|wall",
      description =
          "What makes now: the newest event, or the machine's clock. Kept in the data directory.")
  Instance.@Nullable Clock clock;

  Instance.Settings settings(
      String command, List<Path> chosen, Optional<Instance.Clock> kind, boolean testMode) {
    return new Instance.Settings(command, data, port, chosen, kind, testMode);
  }
}
