package dev.traitflow.jobs.profile;

import java.util.OptionalLong;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.InternalTimerServiceImpl;

/** The event-time timers of a fold: one for each profile at most, at its earliest boundary. */
final class ProfileTimers {
  /** What stands for the earliest timer where there is none. */
  static final long NONE = Long.MAX_VALUE;

  private final InternalTimerService<VoidNamespace> timers;
  private boolean changed = true;
  private boolean known;
  private long earliest;
  private boolean looking;

  ProfileTimers(InternalTimerService<VoidNamespace> timers) {
    this.timers = timers;
  }

  /** How far time has come. */
  long watermark() {
    return timers.currentWatermark();
  }

  /**
   * The instant of the earliest timer, {@link #NONE} if there is none; empty if timers came or went
   * since this was last asked. So it costs nothing while events come.
   *
   * <p>The timer service does not say which timer is the earliest, and counting them as they come
   * and go would cost every event, and a restart a scan. So time is moved to its end for one timer:
   * the earliest fires, and {@link #isOnlyLookedAt} puts it back. Leaves another current key.
   */
  OptionalLong earliestAtRest() throws Exception {
    boolean atRest = !changed;
    changed = false;
    if (atRest && !known && timers instanceof InternalTimerServiceImpl<?, ?> service) {
      long watermark = service.currentWatermark();
      earliest = NONE;
      looking = true;
      service.tryAdvanceWatermark(Long.MAX_VALUE, () -> true);
      looking = false;
      service.initializeWatermark(watermark);
      known = true;
    }
    return atRest && known ? OptionalLong.of(earliest) : OptionalLong.empty();
  }

  /** True if the timer did not fire by time, and was put back; to be asked of each that fires. */
  boolean isOnlyLookedAt(InternalTimer<String, VoidNamespace> timer) {
    if (looking) {
      earliest = timer.getTimestamp();
      timers.registerEventTimeTimer(VoidNamespace.INSTANCE, earliest);
    }
    return looking;
  }

  private void change() {
    changed = true;
    known = false;
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
      change();
      fold.timer = boundary;
      session.touch();
    }
  }

  /** Takes the timer of the current key away, if there is one. */
  void cancel(FoldState fold) {
    if (fold.timer != FoldState.NO_TIMER) {
      timers.deleteEventTimeTimer(VoidNamespace.INSTANCE, fold.timer);
      change();
      fold.timer = FoldState.NO_TIMER;
    }
  }

  /** True if the timer that fired is the profile's; then it has none any more. */
  boolean fired(InternalTimer<String, VoidNamespace> timer, FoldState fold) {
    change();
    if (fold.timer != timer.getTimestamp()) {
      return false;
    }
    fold.timer = FoldState.NO_TIMER;
    return true;
  }
}
