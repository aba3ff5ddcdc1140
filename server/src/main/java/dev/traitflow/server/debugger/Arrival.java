package dev.traitflow.server.debugger;

import dev.traitflow.core.event.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * A call as it arrived, and why it was refused if that is known.
 *
 * @param place its place in the arrival order: one more than its offset in the log
 * @param ordinal how many calls of its source had arrived with it since the server started
 * @param call the call
 * @param refusal the job's refusal; null if there is none yet. What validation says of the call is
 *     found by parsing it
 * @param outcome number of the refusal among those that came after their calls; 0 for none
 */
record Arrival(long place, long ordinal, LogRecord call, @Nullable Refusal refusal, long outcome) {
  private static final long OVERHEAD_BYTES = 300;

  /** The same, refused later. */
  Arrival refused(Refusal later, long number) {
    return new Arrival(place, ordinal, call, later, number);
  }

  /** About how much memory it holds, in bytes. */
  long bytes() {
    return OVERHEAD_BYTES + call.body().length;
  }
}
