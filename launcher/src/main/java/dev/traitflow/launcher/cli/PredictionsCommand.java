package dev.traitflow.launcher.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What can be done with predictions. */
@Command(
    name = "predictions",
    mixinStandardHelpOptions = true,
    description = "Shows, previews and rolls back predictions, and judges them on files of calls.",
    synopsisSubcommandLabel = "COMMAND")
final class PredictionsCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        Objects.requireNonNull(spec).commandLine(),
        "COMMAND: got none (expected list, show, preview, versions, rollback or evaluate)");
  }
}
