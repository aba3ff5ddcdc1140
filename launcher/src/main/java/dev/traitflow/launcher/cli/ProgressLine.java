package dev.traitflow.launcher.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * How far a long piece of work has come, how fast it goes and how long the rest takes, on stderr:
 * one line that is redrawn on a terminal, else a line every ten seconds and one at each beginning
 * of a part, so that a log stays readable.
 */
public final class ProgressLine {
  private static final int WIDTH = 24;
  private static final long TERMINAL_INTERVAL_NANOS = Duration.ofMillis(200).toNanos();
  private static final long LOG_INTERVAL_NANOS = Duration.ofSeconds(10).toNanos();

  private final PrintWriter err;
  private final boolean terminal;
  private final LongSupplier nanos;
  private final long began;
  private String label;

  /** The share of the whole work that was done when the part began, and that the part is. */
  private double before;

  private double width = 1;
  private boolean due;
  private long shownAt;

  /**
   * Begins work of one part; nothing is shown yet.
   *
   * @param label what is being done
   * @param terminal whether {@code err} can redraw a line
   * @param nanos a clock that never goes back, in nanoseconds
   */
  public ProgressLine(String label, PrintWriter err, boolean terminal, LongSupplier nanos) {
    this.label = label;
    this.err = err;
    this.terminal = terminal;
    this.nanos = nanos;
    this.began = nanos.getAsLong();
    this.shownAt = began;
  }

  /**
   * A part of the work begins, which the next call shows at once.
   *
   * @param name what is being done in it
   * @param number how many parts came before
   * @param parts how many there are, about equally long
   */
  public void part(String name, int number, int parts) {
    label = name;
    before = (double) number / parts;
    width = 1.0 / parts;
    due = true;
  }

  /** The same for a part that is the whole work. */
  public void part(String name) {
    part(name, 0, 1);
  }

  /**
   * Shows things that are counted, and how many there are a second.
   *
   * @param share of the part that is done, from 0 to 1
   * @param unit what is counted, in the plural
   */
  public void count(double share, long count, String unit) {
    double seconds = secondsSoFar();
    show(
        share,
        String.format(
            Locale.ROOT, "%,d %s, %,.0f/s", count, unit, count / Math.max(0.001, seconds)),
        secondsLeft(share, seconds));
  }

  /**
   * Shows a step; the time left is estimated from the time so far.
   *
   * @param share of the part that is done, from 0 to 1
   * @param step what is done next, may be empty
   */
  public void at(double share, String step) {
    show(share, step, secondsLeft(share, secondsSoFar()));
  }

  /**
   * Shows a step of work that knows how long the rest takes.
   *
   * @param share of the part that is done, from 0 to 1
   * @param step what is done next, may be empty
   * @param secondsLeft until the whole work is done; NaN if that is not known
   */
  public void at(double share, String step, double secondsLeft) {
    show(share, step, secondsLeft);
  }

  /** Clears the line of a terminal, so that what follows starts in the first column. */
  public void end() {
    if (terminal) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }

  private void show(double share, String detail, double secondsLeft) {
    long now = nanos.getAsLong();
    if (!due && now - shownAt < (terminal ? TERMINAL_INTERVAL_NANOS : LOG_INTERVAL_NANOS)) {
      return;
    }
    due = false;
    shownAt = now;
    double whole = whole(share);
    int full = (int) Math.round(whole * WIDTH);
    StringBuilder line = new StringBuilder(label);
    line.append(" [").append("#".repeat(full)).append(".".repeat(WIDTH - full)).append("] ");
    line.append(String.format(Locale.ROOT, "%3d%%", (int) (whole * 100)));
    if (!detail.isEmpty()) {
      line.append(' ').append(detail);
    }
    if (!Double.isNaN(secondsLeft)) {
      line.append(", ").append(duration(secondsLeft)).append(" left");
    }
    if (terminal) {
      err.print("\r\u001b[K" + line);
    } else {
      err.println(line);
    }
    err.flush();
  }

  private double whole(double share) {
    return Math.min(1, before + Math.max(0, share) * width);
  }

  private double secondsSoFar() {
    return (nanos.getAsLong() - began) / 1e9;
  }

  /** What the rest takes if it goes on as it has until now; NaN while nothing is done. */
  private double secondsLeft(double share, double seconds) {
    double whole = whole(share);
    return whole == 0 ? Double.NaN : seconds * (1 - whole) / whole;
  }

  private static String duration(double seconds) {
    long whole = Math.round(seconds);
    return whole < 60
        ? whole + " s"
        : String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60);
  }
}
