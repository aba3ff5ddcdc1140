package dev.traitflow.launcher.cli;

import java.io.PrintWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where a command writes, and whether its answer is for a program. Mixed into every command. */
final class Console {
  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(names = "--json", description = "Answer with one JSON document on stdout.")
  boolean json;

  /** The answer goes here. */
  PrintWriter out() {
    return Objects.requireNonNull(command).commandLine().getOut();
  }

  /** Everything else goes here. */
  PrintWriter err() {
    return Objects.requireNonNull(command).commandLine().getErr();
  }

  /** Whether stderr is a terminal; the launching script looks. */
  boolean terminal() {
    return Boolean.getBoolean("traitflow.terminal");
  }
}
