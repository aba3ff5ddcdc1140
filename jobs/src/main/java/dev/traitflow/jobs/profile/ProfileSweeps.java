package dev.traitflow.jobs.profile;

import dev.traitflow.core.space.Topics;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.operators.KeyContext;
import org.jspecify.annotations.Nullable;

/**
 * The work of a fold that is longer than a message may take, done in slices of 10 ms between
 * events: accounts that are folded again because events left them, and sweeps over every profile.
 */
final class ProfileSweeps implements AutoCloseable {
  private static final long SLICE_NANOS = 10_000_000;

  private final KeyContext keys;
  private final Supplier<Stream<Object>> profiles;
  private final SpacePlans plans;
  private final ProfileBundle bundle;
  private final FoldOutput outlet;
  private final LinkedAccounts accounts;
  private final ProfileTimers timers;

  /** Accounts to be folded again, in the order they came to be. */
  private final Set<String> refolds = new LinkedHashSet<>();

  private @Nullable KeySweep sweep;

  /**
   * The work of the operator that {@code keys} belongs to.
   *
   * @param profiles gives every key that has a fold
   */
  ProfileSweeps(
      KeyContext keys,
      Supplier<Stream<Object>> profiles,
      SpacePlans plans,
      ProfileBundle bundle,
      FoldOutput outlet,
      LinkedAccounts accounts,
      ProfileTimers timers) {
    this.keys = keys;
    this.profiles = profiles;
    this.plans = plans;
    this.bundle = bundle;
    this.outlet = outlet;
    this.accounts = accounts;
    this.timers = timers;
  }

  /** True while something is begun and not done. */
  boolean isBusy() {
    return sweep != null || !refolds.isEmpty();
  }

  /** Has a profile be folded again, if events left it. */
  void refoldIfDue(String key, ProfileSession session) {
    if (session.fold().refolding) {
      refolds.add(key);
    }
  }

  /** Gives each that is to be folded again a timer that is due: a restart finds it by that. */
  void beforeCheckpoint() throws Exception {
    for (String key : refolds) {
      keys.setCurrentKey(key);
      ProfileSession session = bundle.session(key);
      timers.schedule(session, session.fold().now);
    }
  }

  /**
   * Works for one slice.
   *
   * @param asOf how far time has come
   * @return true if something may be left
   */
  boolean slice(long asOf) throws Exception {
    long end = System.nanoTime() + SLICE_NANOS;
    if (!refolds.isEmpty()) {
      refold(end);
      return true;
    }
    KeySweep running = sweep;
    if (running == null) {
      running = nextSweep(asOf);
      if (running == null) {
        return false;
      }
      sweep = running;
    }
    while (running.hasNext()) {
      String key = running.next();
      keys.setCurrentKey(key);
      if (!visit(running, key, asOf, end)) {
        running.repeat();
      }
      if (System.nanoTime() >= end || bundle.isFull()) {
        return true;
      }
    }
    running.close();
    running.finish();
    sweep = null;
    return true;
  }

  private void refold(long end) throws Exception {
    Iterator<String> due = refolds.iterator();
    while (due.hasNext() && System.nanoTime() < end && !bundle.isFull()) {
      String key = due.next();
      keys.setCurrentKey(key);
      ProfileSession session = bundle.session(key);
      if (!session.build(() -> System.nanoTime() >= end)) {
        return;
      }
      timers.schedule(session, session.nextBoundary());
      due.remove();
    }
  }

  private @Nullable KeySweep nextSweep(long asOf) throws Exception {
    for (Map.Entry<String, SpacePlans.Plan> entry : plans.all().entrySet()) {
      SpacePlans.Plan plan = entry.getValue();
      if (plan.sweepPending() || plan.scorePending()) {
        bundle.flush();
        if (plan.scorePending()) {
          Map<String, Long> space = Map.of("round/" + entry.getKey(), plan.round());
          outlet.mark(Topics.PROFILE_FEATURES, FoldProfiles.ROUND_STAGE, plan.round(), asOf, space);
        }
        return new KeySweep(entry.getKey(), plan, profiles.get());
      }
    }
    return null;
  }

  /** Works on one profile until {@code end}. True if it is done with. */
  private boolean visit(KeySweep running, String key, long asOf, long end) throws Exception {
    if (!running.covers(key)) {
      return true;
    }
    ProfileSession session = bundle.session(key);
    if (running.refolds()) {
      // A boundary already passed would get a timer that fires only when time goes on.
      session.moveTo(asOf);
      if (!session.build(() -> System.nanoTime() >= end)) {
        return false;
      }
    }
    accounts.tell(key, session);
    FoldState fold = session.fold();
    if (running.scores() && fold.known && !fold.isMerging()) {
      outlet.features(key, session, session.roundInstant(asOf));
      running.scored();
    }
    timers.schedule(session, session.nextBoundary());
    return true;
  }

  @Override
  public void close() {
    if (sweep != null) {
      sweep.close();
    }
  }
}
