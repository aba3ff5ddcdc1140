package dev.traitflow.launcher;

import dev.traitflow.launcher.cli.Commands;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The entry point: what {@code ./traitflow} executes. */
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int exitCode = Commands.run(new LinkedModules(System.out, System.err), out, err, arguments);
    out.flush();
    System.exit(exitCode);
  }
}
