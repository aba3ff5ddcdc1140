package dev.traitflow.bench;

import dev.traitflow.bench.convert.ConvertCommand;
import dev.traitflow.launcher.cli.Commands;
import dev.traitflow.launcher.cli.TraitflowCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/**
 * The entry point of what is no part of the product: {@code ./traitflow} runs it on this module's
 * own class path for the commands that are here.
 */
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int exitCode = run(out, err, arguments);
    out.flush();
    System.exit(exitCode);
  }

  /** Runs one command; its exit code is as {@link Commands#execute} says. */
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine line =
        new CommandLine(new TraitflowCommand())
            .addSubcommand(new BenchCommand())
            .addSubcommand(new ConvertCommand());
    return Commands.execute(line, out, err, arguments);
  }
}
