package dev.traitflow.launcher.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where a command writes, and whether its answer is for a program. Mixed into every command. */
public final class Console {
  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  /** Whether the answer is one JSON document. */
  @Option(names = "--json", description = "Answer with one JSON document on stdout.")
  public boolean json;

  /** The answer goes here. */
  public PrintWriter out() {
    return Objects.requireNonNull(command).commandLine().getOut();
  }

  /** Everything else goes here. */
  public PrintWriter err() {
    return Objects.requireNonNull(command).commandLine().getErr();
  }

  /**
   * Whether a question can be answered: stdin and stderr are terminals; the launching script looks.
   */
  boolean canAsk() {
    return terminal() && Boolean.getBoolean("traitflow.input.terminal");
  }

  /** Shows a text on stderr and asks whether to go on; true only for a plain yes. */
  boolean asks(String text) {
    err().println(text);
    err().print("Go on? Only \"yes\" does: ");
    err().flush();
    try {
      String answer =
          new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
      return answer != null && answer.strip().equalsIgnoreCase("yes");
    } catch (IOException e) {
      throw new UncheckedIOException("stdin: cannot be read", e);
    }
  }

  /** Shows on stderr how far work of that name has come. */
  ProgressLine progress(String label) {
    return new ProgressLine(label, err(), terminal(), System::nanoTime);
  }

  /** Whether stderr is a terminal; the launching script looks. */
  public boolean terminal() {
    return Boolean.getBoolean("traitflow.terminal");
  }
}
