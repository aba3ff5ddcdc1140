package dev.traitflow.bench;

import dev.traitflow.launcher.cli.ProgressLine;
import java.io.PrintWriter;

/** What is being measured and how long the rest takes, by the plan that all benchmarks make up. */
final class Progress {
  private final ProgressLine line;
  private final double secondsPlanned;
  private final long began = System.nanoTime();
  private double secondsDone;
  private String benchmark = "";

  /**
   * Begins a run.
   *
   * @param err where the line goes
   * @param terminal whether the line can be redrawn
   * @param secondsPlanned how long everything takes, roughly
   */
  Progress(PrintWriter err, boolean terminal, double secondsPlanned) {
    this.line = new ProgressLine("bench", err, terminal, System::nanoTime);
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
    double done = Math.min(secondsPlanned, Math.max(elapsed, secondsDone));
    line.part("bench (" + benchmark + ")");
    line.at(done / secondsPlanned, step, secondsPlanned - done);
  }

  /** A benchmark is done that was planned to take so many seconds. */
  void done(double seconds) {
    secondsDone += seconds;
  }

  /** Everything is done: clears the line of a terminal. */
  void end() {
    line.end();
  }
}
