package dev.traitflow.jobs.profile;

import dev.traitflow.jobs.runtime.Beats;
import dev.traitflow.jobs.runtime.ControlMessage;

/** The barriers on their way through one subtask of the fold, and which of them it has answered. */
final class Barriers {
  private final Beats flushes = new Beats();
  private long at;
  private long done;
  private long wanted;

  /** Takes a barrier's message; true if it has now come from every origin. */
  boolean take(ControlMessage.Flush flush) {
    at = Math.max(at, flush.at());
    if (!flush.beat()) {
      wanted = Math.max(wanted, flush.number());
    }
    return flushes.reached(flush.origin(), flush.origins(), flush.number());
  }

  /** True if one is to be answered and time has come as far as its record. */
  boolean isDue(long asOf) {
    return flushes.complete() > done && asOf >= at;
  }

  /**
   * True if what is due are beats alone: then only what is pending is written, since a beat comes
   * often and the work of a definition may take long.
   */
  boolean isBeat() {
    return wanted <= done;
  }

  /** What was due is answered. */
  void answered() {
    done = flushes.complete();
  }

  /** The number of the newest barrier that was answered, 0 before the first. */
  long done() {
    return done;
  }

  /** The instant of the newest barrier. */
  long at() {
    return at;
  }
}
