package dev.traitflow.launcher.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands on the log. */
@Command(
    name = "log",
    mixinStandardHelpOptions = true,
    description = "Works on the log that the jobs read.",
    synopsisSubcommandLabel = "COMMAND")
final class LogCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        Objects.requireNonNull(spec).commandLine(), "COMMAND: got none (expected skip)");
  }
}
