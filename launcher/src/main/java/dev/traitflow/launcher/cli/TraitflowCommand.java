package dev.traitflow.launcher.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program without a command: it only knows how to say what commands there are. */
@Command(
    name = "traitflow",
    mixinStandardHelpOptions = true,
    version = "Traitflow 0.1.0",
    description = "Real-time customer profiles on Apache Flink.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong usage. COMMAND --help says more.",
      "TRAITFLOW_JAVA_OPTS adds options to the JVM, for example -Xmx4g."
    })
public final class TraitflowCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    CommandSpec known = Objects.requireNonNull(spec);
    throw new ParameterException(known.commandLine(), "COMMAND: got none (expected one)");
  }
}
