package dev.traitflow.launcher.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands on the server's store. */
@Command(
    name = "store",
    mixinStandardHelpOptions = true,
    description = "Works on the store that the server reads profiles from.",
    synopsisSubcommandLabel = "COMMAND")
final class StoreCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        Objects.requireNonNull(spec).commandLine(), "COMMAND: got none (expected rebuild)");
  }
}
