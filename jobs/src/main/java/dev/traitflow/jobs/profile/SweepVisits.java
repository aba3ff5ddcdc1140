package dev.traitflow.jobs.profile;

import dev.traitflow.core.topic.Topics;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.flink.streaming.api.operators.KeyContext;

/** What a sweep does with the profiles of one subtask, each as the operator's current key. */
final class SweepVisits implements ProfileSweeps.Visits {
  private final KeyContext keys;
  private final ProfileBundle bundle;
  private final FoldOutput outlet;
  private final LinkedAccounts accounts;
  private final ProfileTimers timers;

  /** The visits to profiles of the operator that {@code keys} belongs to. */
  SweepVisits(
      KeyContext keys,
      ProfileBundle bundle,
      FoldOutput outlet,
      LinkedAccounts accounts,
      ProfileTimers timers) {
    this.keys = keys;
    this.bundle = bundle;
    this.outlet = outlet;
    this.accounts = accounts;
    this.timers = timers;
  }

  @Override
  public boolean isFull() {
    return bundle.isFull();
  }

  /** A marker opens a scoring round, behind everything that was pending before it. */
  @Override
  public void begin(String space, SpacePlans.Plan plan, long asOf) throws Exception {
    bundle.flush();
    if (plan.scorePending()) {
      Map<String, Long> round = Map.of("round/" + space, plan.round());
      outlet.mark(Topics.PROFILE_FEATURES, FoldProfiles.ROUND_STAGE, plan.round(), asOf, round);
    }
  }

  @Override
  public boolean visit(KeySweep sweep, String key, long asOf, BooleanSupplier pause)
      throws Exception {
    ProfileSession session = session(key);
    if (sweep.refolds()) {
      // A boundary already passed would get a timer that fires only when time goes on.
      session.moveTo(asOf);
      if (!session.build(pause)) {
        return false;
      }
    }
    accounts.tell(key, session);
    FoldState fold = session.fold();
    if (sweep.scores() && fold.known && !fold.isMerging()) {
      outlet.features(key, session, session.roundInstant(asOf));
      sweep.scored();
    }
    timers.schedule(session, session.nextBoundary());
    return true;
  }

  @Override
  public boolean refold(String key, BooleanSupplier pause) throws Exception {
    ProfileSession session = session(key);
    if (!session.build(pause)) {
      return false;
    }
    timers.schedule(session, session.nextBoundary());
    return true;
  }

  @Override
  public void remember(String key) throws Exception {
    ProfileSession session = session(key);
    timers.schedule(session, session.fold().now);
  }

  private ProfileSession session(String key) throws Exception {
    keys.setCurrentKey(key);
    return bundle.session(key);
  }
}
