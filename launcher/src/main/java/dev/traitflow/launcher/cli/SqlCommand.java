package dev.traitflow.launcher.cli;

import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.launcher.runtime.DataLock;
import dev.traitflow.launcher.runtime.EmbeddedBroker;
import dev.traitflow.launcher.runtime.InstanceFile;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs Flink SQL over the topics. */
@Command(
    name = "sql",
    mixinStandardHelpOptions = true,
    description = {
      "Runs Flink SQL over the topics of an instance and prints the rows.",
      "On a data directory that nobody holds it starts the broker for as long as that takes."
    })
final class SqlCommand implements Callable<Integer> {
  private final Modules modules;
  @Spec private @Nullable CommandSpec spec;
  @Mixin private Console console = new Console();

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description = "A file of SQL, or the name of one that comes with the program.")
  private @Nullable String file;

  @Option(names = "-e", paramLabel = "QUERY", description = "SQL to run.")
  private @Nullable String query;

  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      description = "A Kafka broker, instead of the data directory's.")
  private @Nullable String bootstrap;

  @Option(
      names = "--kafka-properties",
      paramLabel = "FILE",
      description = "Settings of a Kafka client, such as its credentials.")
  private @Nullable Path properties;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The data directory (default: ${DEFAULT-VALUE}).",
      defaultValue = "data")
  private Path data = Path.of("data");

  SqlCommand(Modules modules) {
    this.modules = modules;
  }

  @Override
  public Integer call() {
    if (file == null && query == null) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(), "sql: got neither FILE nor -e QUERY");
    }
    if (properties != null) {
      return run(EmbeddedBroker.connection(properties, Optional.ofNullable(bootstrap)));
    }
    if (bootstrap != null) {
      return run(KafkaConnection.plain(bootstrap));
    }
    Optional<InstanceFile> running = InstanceFile.running(data);
    if (running.isPresent()) {
      return run(EmbeddedBroker.connection(data.resolve("kafka")));
    }
    DataLock lock = DataLock.acquire(data, "sql");
    try (lock) {
      return runOnOwnBroker();
    }
  }

  private int runOnOwnBroker() {
    try (EmbeddedBroker broker = EmbeddedBroker.start(data.resolve("kafka"))) {
      return run(broker.connection());
    }
  }

  private int run(KafkaConnection kafka) {
    return modules.sql(kafka, Optional.ofNullable(file), Optional.ofNullable(query), console.json);
  }
}
