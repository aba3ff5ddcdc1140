package dev.traitflow.launcher.cli;

import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.launcher.runtime.EmbeddedBroker;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which Kafka, and how to be let in. */
final class KafkaOptions {
  @Option(names = "--kafka", paramLabel = "HOST:PORT", description = "Kafka.")
  private @Nullable String bootstrap;

  @Option(
      names = "--kafka-properties",
      paramLabel = "FILE",
      description = {
        "Settings of a Kafka client: security.protocol, sasl.jaas.config and the like, and"
            + " bootstrap.servers where there is no --kafka.",
        "For the broker of an instance that runs it is DIR/kafka/client.properties."
      })
  private @Nullable Path properties;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  /** The connection these options ask for. */
  KafkaConnection connection() {
    if (properties != null) {
      return EmbeddedBroker.connection(properties, Optional.ofNullable(bootstrap));
    }
    if (bootstrap == null) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          "--kafka: got none (expected HOST:PORT, or --kafka-properties FILE that names it)");
    }
    return KafkaConnection.plain(bootstrap);
  }
}
