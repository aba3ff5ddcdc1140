package dev.traitflow.jobs.profile;

import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;

/** The event-time timers of a fold: one for each profile at most, at its earliest boundary. */
final class ProfileTimers {
  private final InternalTimerService<VoidNamespace> timers;

  ProfileTimers(InternalTimerService<VoidNamespace> timers) {
    this.timers = timers;
  }

  /** How far time has come. */
  long watermark() {
    return timers.currentWatermark();
  }

  /**
   * Makes sure a timer of the current key fires at {@code boundary} or before. An early timer only
   * looks again.
   */
  void schedule(ProfileSession session, long boundary) {
    FoldState fold = session.fold();
    if (boundary < fold.timer) {
      cancel(fold);
      timers.registerEventTimeTimer(VoidNamespace.INSTANCE, boundary);
      fold.timer = boundary;
      session.touch();
    }
  }

  /** Takes the timer of the current key away, if there is one. */
  void cancel(FoldState fold) {
    if (fold.timer != FoldState.NO_TIMER) {
      timers.deleteEventTimeTimer(VoidNamespace.INSTANCE, fold.timer);
      fold.timer = FoldState.NO_TIMER;
    }
  }

  /** True if the timer that fired is the profile's; then it has none any more. */
  boolean fired(InternalTimer<String, VoidNamespace> timer, FoldState fold) {
    if (fold.timer != timer.getTimestamp()) {
      return false;
    }
    fold.timer = FoldState.NO_TIMER;
    return true;
  }
}
