package dev.traitflow.bench;

import java.io.PrintWriter;
import java.util.Locale;

/**
 * What is being measured and how long the rest takes, on stderr: a line that is redrawn on a
 * terminal, else a line a step.
 */
final class Progress {
  private final PrintWriter err;
  private final boolean terminal;
  private final double secondsPlanned;
  private final long began = System.nanoTime();
  private double secondsDone;
  private String benchmark = "";

  /**
   * @param err where the lines go
   * @param terminal whether a line can be redrawn
   * @param secondsPlanned how long everything takes, roughly
   */
  Progress(PrintWriter err, boolean terminal, double secondsPlanned) {
    this.err = err;
    this.terminal = terminal;
    this.secondsPlanned = secondsPlanned;
  }

  /** A benchmark begins. */
  void begin(Benchmark next) {
    benchmark = next.names().get(0);
    say(next.claim());
  }

  /** Says what is done next. */
  void say(String step) {
    double elapsed = (System.nanoTime() - began) / 1e9;
    double left = Math.max(0, secondsPlanned - Math.max(elapsed, secondsDone));
    String line =
        String.format(
            Locale.ROOT,
            "bench (%s) %s; %s so far, about %s left",
            benchmark,
            step,
            duration(elapsed),
            duration(left));
    err.print(terminal ? "\r\u001b[K" + line : line + System.lineSeparator());
    err.flush();
  }

  /** A benchmark is done that was planned to take so many seconds. */
  void done(double seconds) {
    secondsDone += seconds;
  }

  /** Everything is done: clears the line of a terminal. */
  void end() {
    if (terminal) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }

  private static String duration(double seconds) {
    long whole = Math.round(seconds);
    return whole < 60
        ? whole + " s"
        : String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60);
  }
}
