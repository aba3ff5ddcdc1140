package dev.traitflow.jobs.profile;

import dev.traitflow.core.topic.Topics;
import dev.traitflow.core.trait.TraitLevel;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The work of one subtask of a fold, as barriers and the period drive it.
 *
 * @param level of users or of accounts
 * @param plans definitions, and how far they are computed
 * @param refusals what was refused
 * @param bundle the profiles with changes that are not written
 * @param sweeps work on every profile
 * @param timers the timers of the profiles
 * @param accounts the way to the fold of accounts; used by the fold of users
 * @param outlet the way to the topics
 */
record FoldWork(
    TraitLevel level,
    SpacePlans plans,
    PartialRefusals refusals,
    ProfileBundle bundle,
    ProfileSweeps sweeps,
    ProfileTimers timers,
    LinkedAccounts accounts,
    FoldOutput outlet)
    implements FoldProgress.Work {
  @Override
  public boolean sweep(long asOf) throws Exception {
    return sweeps.slice(asOf);
  }

  @Override
  public boolean isSweeping() {
    return sweeps.isBusy();
  }

  @Override
  public int pending() {
    return bundle.size();
  }

  @Override
  public void flush() throws Exception {
    bundle.flush();
  }

  @Override
  public Map<String, Long> counts() {
    Map<String, Long> counts = plans.counts();
    counts.putAll(refusals.counts());
    return counts;
  }

  @Override
  public OptionalLong due() throws Exception {
    return timers.earliestAtRest();
  }

  @Override
  public void mark(long flush, long asOf, Map<String, Long> counts) {
    String stage = level == TraitLevel.USER ? FoldProfiles.STAGE : FoldProfiles.ACCOUNTS_STAGE;
    outlet.mark(Topics.PROFILE_CHANGES, stage, flush, asOf, counts);
  }

  /** Behind the fold of users are that of accounts and, for barriers that are no beat, scoring. */
  @Override
  public void passOn(Barriers answered, boolean beat, long asOf) {
    if (level == TraitLevel.USER) {
      accounts.flush(answered, beat);
      if (!beat) {
        outlet.mark(Topics.PROFILE_FEATURES, FoldProfiles.STAGE, answered.done(), asOf, Map.of());
      }
    }
  }
}
