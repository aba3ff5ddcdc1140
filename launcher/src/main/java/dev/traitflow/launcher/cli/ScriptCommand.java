package dev.traitflow.launcher.cli;

import dev.traitflow.launcher.runtime.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/**
 * Stands in the list of commands for one that the launching script runs on another class path: it
 * belongs to a checkout, and the product is without it.
 */
@Command(
    mixinStandardHelpOptions = true,
    footer = {"", "It is run by the script ./traitflow of a checkout."})
final class ScriptCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Unmatched private List<String> passedOn = new ArrayList<>();

  private ScriptCommand() {}

  /** One of that name, with its line in the list. */
  static CommandLine named(String name, String description) {
    CommandLine line = new CommandLine(new ScriptCommand());
    line.getCommandSpec().name(name).usageMessage().description(description);
    return line;
  }

  @Override
  public Integer call() {
    throw new Failure(
        Objects.requireNonNull(spec).name()
            + ": is run by the script ./traitflow of a checkout, not by this program "
            + passedOn);
  }
}
