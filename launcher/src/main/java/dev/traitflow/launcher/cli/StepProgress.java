package dev.traitflow.launcher.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * How far work in parts of about equal length has come, on stderr: one line that is redrawn on a
 * terminal, else a line a step but at most one every two seconds.
 */
final class StepProgress {
  private static final long LOG_INTERVAL_NANOS = Duration.ofSeconds(2).toNanos();

  private final PrintWriter err;
  private final boolean terminal;
  private final LongSupplier nanos;
  private final int parts;
  private final long began;
  private long shownAt;
  private int part;
  private String label = "";

  /**
   * @param terminal whether {@code err} can redraw a line
   * @param nanos a clock that never goes back, in nanoseconds
   * @param parts how many parts there are
   */
  StepProgress(PrintWriter err, boolean terminal, LongSupplier nanos, int parts) {
    this.err = err;
    this.terminal = terminal;
    this.nanos = nanos;
    this.parts = parts;
    this.began = nanos.getAsLong();
    this.shownAt = began - LOG_INTERVAL_NANOS;
  }

  /** The next part begins. */
  void part(String name) {
    part++;
    label = name;
    at("", 0);
  }

  /** A step of the part begins, after that share of it. */
  void at(String step, double share) {
    long now = nanos.getAsLong();
    if (!terminal && now - shownAt < LOG_INTERVAL_NANOS) {
      return;
    }
    shownAt = now;
    double whole = (part - 1 + share) / parts;
    double seconds = (now - began) / 1e9;
    String left =
        whole <= 0 ? "" : String.format(Locale.ROOT, ", %.0f s left", seconds * (1 / whole - 1));
    String text =
        String.format(
            Locale.ROOT,
            "[%3.0f %%] %s%s%s",
            100 * whole,
            label,
            step.isEmpty() ? "" : ": " + step,
            left);
    if (terminal) {
      err.print("\r\u001b[K" + text);
    } else {
      err.println(text);
    }
    err.flush();
  }

  /** Clears the line of a terminal, so that what follows starts in the first column. */
  void end() {
    if (terminal) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }
}
