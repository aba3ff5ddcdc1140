package dev.traitflow.core.profile;

import dev.traitflow.core.event.EventNames;
import dev.traitflow.core.trait.ComputedTrait;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Reads a history for the traits that are new to a state, from where the state's backfill stands. A
 * long history is read in parts, so that others get their turn between them.
 */
final class HistoryBuild {
  private final ProfilePlan plan;
  private final ProfileState state;
  private final ProfileStore history;

  HistoryBuild(ProfilePlan plan, ProfileState state, ProfileStore history) {
    this.plan = plan;
    this.state = state;
    this.history = history;
  }

  /**
   * Reads on.
   *
   * @param pause asked between two instants of the history; true ends the work for now
   * @return true if nothing is left to read; the new traits have their values then
   */
  boolean run(BooleanSupplier pause) {
    long[] newest = {state.backfill().cursor()};
    boolean[] paused = {false};
    history.scan(
        state.backfill().cursor(),
        Long.MAX_VALUE,
        event -> {
          if (event.timestamp() > newest[0]) {
            paused[0] = pause.getAsBoolean();
            if (paused[0]) {
              return false;
            }
            newest[0] = event.timestamp();
          }
          if (EventNames.isCounted(event)) {
            new EventArrival(plan, state, history).take(event, state.backfill()::builds, false);
          }
          return true;
        });
    if (paused[0]) {
      state.backfillTo(newest[0]);
      return false;
    }
    settle();
    return true;
  }

  private void settle() {
    List<ComputedTrait> built =
        plan.traits().stream().filter(trait -> state.backfill().builds(trait.slot())).toList();
    state.endBackfill();
    for (ComputedTrait trait : built) {
      ComputedState computed = state.find(trait);
      if (computed != null) {
        if (WindowMove.isSummarized(trait)) {
          // Now and not when the first extreme leaves: what is kept of the parts is read then.
          computed.refolded(WindowMove.fold(trait, history, state.now()));
        }
        computed.settle(trait, state.now(), history.users());
        computed.showAgain();
      }
    }
  }
}
