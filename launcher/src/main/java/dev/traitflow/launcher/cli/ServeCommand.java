package dev.traitflow.launcher.cli;

import dev.traitflow.launcher.runtime.Failure;
import dev.traitflow.server.ServerConfig;
import dev.traitflow.server.access.ServerNames;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the server alone, beside a Kafka and a Flink that run elsewhere. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the server alone: Kafka and the jobs run elsewhere (see flink-run).",
      "It makes the topics that are missing, and serves until it is stopped."
    })
final class ServeCommand implements Callable<Integer> {
  private final Modules modules;

  @Mixin private KafkaOptions kafka = new KafkaOptions();

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
      names = "--bind",
      paramLabel = "ADDRESS",
      description = {
        "The address to listen on (default: ${DEFAULT-VALUE}); 0.0.0.0 for all of the machine's.",
        "What is sent there is not encrypted: put a proxy that speaks TLS in front."
      },
      defaultValue = ServerConfig.LOOPBACK)
  private String bind = ServerConfig.LOOPBACK;

  @Option(
      names = "--space",
      paramLabel = "FILE",
      description = "A space's definition to apply at the start; may be repeated.")
  private List<Path> spaces = new ArrayList<>();

  @Option(
      names = "--replica",
      description = {
        "Only read: follow the topics into a store of its own and answer the Profile API.",
        "Calls and changes are refused; another server takes them and owns the clock."
      })
  private boolean replica;

  @Option(
      names = "--public-url",
      paramLabel = "URL",
      description = "Where browsers reach the server (default: TRAITFLOW_PUBLIC_URL).")
  private @Nullable URI publicUrl;

  @Spec private @Nullable CommandSpec spec;

  ServeCommand(Modules modules) {
    this.modules = modules;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (replica && !spaces.isEmpty()) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          "--space: got one with --replica (a replica reads the definitions that the owner of the"
              + " log has)");
    }
    ServerNames names;
    try {
      names = ServerNames.of(publicUrl, System::getenv);
    } catch (IllegalArgumentException e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
    modules.serve(kafka.connection(), data, bind, port, spaces, replica, names);
    return 0;
  }
}
