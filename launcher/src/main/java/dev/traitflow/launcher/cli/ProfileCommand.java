package dev.traitflow.launcher.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands on profiles. */
@Command(
    name = "profile",
    mixinStandardHelpOptions = true,
    description = "Shows one profile, why its values are so, or writes out all profiles.",
    synopsisSubcommandLabel = "COMMAND")
final class ProfileCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        Objects.requireNonNull(spec).commandLine(),
        "COMMAND: got none (expected get, why or export)");
  }
}
