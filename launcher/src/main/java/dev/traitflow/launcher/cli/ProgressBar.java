package dev.traitflow.launcher.cli;

import dev.traitflow.launcher.replay.Replay;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * How far a long piece of work has come, on stderr: one line that is redrawn on a terminal, else a
 * line every ten seconds, so that a log stays readable.
 */
final class ProgressBar implements Replay.Progress {
  private static final int WIDTH = 24;
  private static final long TERMINAL_INTERVAL_NANOS = Duration.ofMillis(200).toNanos();
  private static final long LOG_INTERVAL_NANOS = Duration.ofSeconds(10).toNanos();

  private final String label;
  private final String unit;
  private final long total;
  private final PrintWriter err;
  private final boolean terminal;
  private final LongSupplier nanos;
  private final long began;
  private long shownAt;

  /**
   * @param label what is being done
   * @param total bytes there are, more than 0
   * @param terminal whether {@code err} can redraw a line
   * @param nanos a clock that never goes back, in nanoseconds
   */
  ProgressBar(String label, long total, PrintWriter err, boolean terminal, LongSupplier nanos) {
    this(label, "lines", total, err, terminal, nanos);
  }

  /** The same, counting other things than lines. */
  ProgressBar(
      String label,
      String unit,
      long total,
      PrintWriter err,
      boolean terminal,
      LongSupplier nanos) {
    this.label = label;
    this.unit = unit;
    this.total = Math.max(1, total);
    this.err = err;
    this.terminal = terminal;
    this.nanos = nanos;
    this.began = nanos.getAsLong();
    this.shownAt = began;
  }

  @Override
  public void at(long bytes, long lines) {
    long now = nanos.getAsLong();
    if (now - shownAt >= (terminal ? TERMINAL_INTERVAL_NANOS : LOG_INTERVAL_NANOS)) {
      shownAt = now;
      show(line(bytes, lines, now));
    }
  }

  /** Clears the line of a terminal, so that what follows starts in the first column. */
  void end() {
    if (terminal) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }

  private void show(String text) {
    if (terminal) {
      err.print("\r\u001b[K" + text);
    } else {
      err.println(text);
    }
    err.flush();
  }

  private String line(long bytes, long lines, long now) {
    double share = Math.min(1.0, (double) bytes / total);
    int full = (int) Math.round(share * WIDTH);
    double seconds = (now - began) / 1e9;
    String bar = "#".repeat(full) + ".".repeat(WIDTH - full);
    return String.format(
        Locale.ROOT,
        "%s [%s] %3d%% %,d %s, %,.0f/s, %s left",
        label,
        bar,
        (int) (share * 100),
        lines,
        unit,
        lines / Math.max(0.001, seconds),
        duration(share == 0 ? 0 : seconds * (1 - share) / share));
  }

  private static String duration(double seconds) {
    long whole = Math.round(seconds);
    return whole < 60
        ? whole + " s"
        : String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60);
  }
}
