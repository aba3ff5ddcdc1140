package dev.traitflow.jobs.profile;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The work of a fold that takes longer than a message may take, done in slices of 10 ms between
 * messages: accounts that are folded again because events left them, and sweeps over every profile.
 * When it is whose turn is decided here; what is done with a profile is {@link Visits}.
 */
final class ProfileSweeps implements AutoCloseable {
  /** How long a slice may take. */
  static final long SLICE_NANOS = 10_000_000;

  /** What is done with a profile. */
  interface Visits {
    /** True if no more profiles may be visited before the bundle is flushed. */
    boolean isFull();

    /** A sweep over the profiles of a space begins. */
    void begin(String space, SpacePlans.Plan plan, long asOf) throws Exception;

    /**
     * Works on a profile of the space that is swept.
     *
     * @param asOf how far time has come
     * @param pause asked now and then; true ends the work for now
     * @return true if the profile is done with; else it is visited again in the next slice
     */
    boolean visit(KeySweep sweep, String key, long asOf, BooleanSupplier pause) throws Exception;

    /**
     * Folds an account again.
     *
     * @param pause asked now and then; true ends the work for now
     * @return true if the account is done with; else this goes on in the next slice
     */
    boolean refold(String key, BooleanSupplier pause) throws Exception;

    /** Gives an account that is to be folded again a timer that is due. */
    void remember(String key) throws Exception;
  }

  private final SpacePlans plans;
  private final Supplier<Stream<Object>> profiles;
  private final Visits visits;
  private final LongSupplier nanoTime;

  /** Accounts to be folded again, in the order in which that became due. */
  private final Set<String> refolds = new LinkedHashSet<>();

  private @Nullable KeySweep sweep;

  /**
   * The sweeps of one subtask.
   *
   * @param profiles gives every key that has a fold
   * @param nanoTime the clock that bounds a slice; no value depends on it
   */
  ProfileSweeps(
      SpacePlans plans, Supplier<Stream<Object>> profiles, Visits visits, LongSupplier nanoTime) {
    this.plans = plans;
    this.profiles = profiles;
    this.visits = visits;
    this.nanoTime = nanoTime;
  }

  /** True while something is begun and not done. */
  boolean isBusy() {
    return sweep != null || !refolds.isEmpty();
  }

  /** Has an account be folded again, if events left it. */
  void refoldIfDue(String key, ProfileSession session) {
    if (session.fold().refolding) {
      refold(key);
    }
  }

  /** Has an account be folded again. */
  void refold(String key) {
    refolds.add(key);
  }

  /** Remembers in the state which accounts are to be folded again: a restart finds the timers. */
  void beforeCheckpoint() throws Exception {
    for (String key : refolds) {
      visits.remember(key);
    }
  }

  /**
   * Works for one slice. Accounts that wait to be folded again come first, since they show nothing
   * meanwhile.
   *
   * @param asOf how far time has come
   * @return true if something may be left
   */
  boolean slice(long asOf) throws Exception {
    long end = nanoTime.getAsLong() + SLICE_NANOS;
    BooleanSupplier pause = () -> nanoTime.getAsLong() >= end;
    if (!refolds.isEmpty()) {
      refold(pause);
      return true;
    }
    KeySweep running = sweep == null ? begin(asOf) : sweep;
    if (running == null) {
      return false;
    }
    sweep = running;
    while (running.hasNext()) {
      String key = running.next();
      if (running.covers(key) && !visits.visit(running, key, asOf, pause)) {
        running.repeat();
      }
      if (pause.getAsBoolean() || visits.isFull()) {
        return true;
      }
    }
    running.close();
    running.finish();
    sweep = null;
    return true;
  }

  private void refold(BooleanSupplier pause) throws Exception {
    Iterator<String> due = refolds.iterator();
    while (due.hasNext() && !pause.getAsBoolean() && !visits.isFull()) {
      if (!visits.refold(due.next(), pause)) {
        return;
      }
      due.remove();
    }
  }

  private @Nullable KeySweep begin(long asOf) throws Exception {
    for (Map.Entry<String, SpacePlans.Plan> entry : plans.all().entrySet()) {
      SpacePlans.Plan plan = entry.getValue();
      if (plan.sweepPending() || plan.scorePending()) {
        visits.begin(entry.getKey(), plan, asOf);
        return new KeySweep(entry.getKey(), plan, profiles.get());
      }
    }
    return null;
  }

  @Override
  public void close() {
    if (sweep != null) {
      sweep.close();
    }
  }
}
