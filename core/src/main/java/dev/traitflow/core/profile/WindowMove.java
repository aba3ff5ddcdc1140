package dev.traitflow.core.profile;

import dev.traitflow.core.condition.EventFields;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.profile.AgeEdge.Crossing;
import dev.traitflow.core.trait.ComputedTrait;
import dev.traitflow.core.trait.Occurrence;
import dev.traitflow.core.trait.Tally;
import dev.traitflow.core.trait.Window;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One move of a profile's windows from the instant of its state to a later one. Only the events
 * that cross an edge are visited; where a calculation cannot take one back the window is folded
 * again.
 */
final class WindowMove {
  private final ProfilePlan plan;
  private final ProfileState state;
  private final ProfileStore history;
  private final long now;
  private final @Nullable Event skipped;
  private final BitSet touched = new BitSet();

  /**
   * Prepares a move.
   *
   * @param now where to, epoch milliseconds, after the state's instant
   * @param skipped an event that is in the history already but not in the state, or null
   */
  WindowMove(
      ProfilePlan plan,
      ProfileState state,
      ProfileStore history,
      long now,
      @Nullable Event skipped) {
    this.plan = plan;
    this.state = state;
    this.history = history;
    this.now = now;
    this.skipped = skipped;
  }

  /** Moves the windows and settles the values that may have changed. */
  void run() {
    long[] pending = state.pending();
    for (int i = 0; i < pending.length; i++) {
      AgeEdge edge = plan.edges().get(i);
      long position = edge.position(now);
      if (pending[i] <= position) {
        history.scan(pending[i] - 1, position, edge.names(), event -> cross(edge, event));
        pending[i] = history.nextAfter(Math.max(position, -1), edge.names());
      }
    }
    closeSessions();
    state.moveTo(now);
    refoldTorn();
    for (ComputedTrait trait : plan.traits()) {
      if (touched.get(trait.slot())) {
        state.of(trait).settle(trait, now, history.users());
      }
    }
  }

  /** True if windows of the trait are folded by parts. */
  static boolean isSummarized(ComputedTrait trait) {
    return trait.calculation().isSummarized();
  }

  /** Folds the window of a trait as it is at {@code now}. */
  static Tally<?> fold(ComputedTrait trait, ProfileStore history, long now) {
    long from = now - ComputedState.leaveAge(trait.window());
    long to = now - ComputedState.enterAge(trait.window());
    return history.fold(trait, Math.max(from, -1), to, null);
  }

  private boolean cross(AgeEdge edge, Event event) {
    if (ProfileStore.isSame(event, skipped)) {
      return true;
    }
    EventFields fields = new EventFields(event);
    for (Crossing crossing : edge.byEvent().getOrDefault(event.name(), List.of())) {
      ComputedTrait trait = crossing.trait();
      if (state.backfill().isAhead(trait.slot(), event.timestamp())) {
        continue;
      }
      Occurrence occurrence = trait.occurrence(fields);
      if (occurrence != null) {
        state.of(trait).cross(trait, occurrence, crossing.effect(), edge.ageMillis());
        touched.set(trait.slot());
      }
    }
    return true;
  }

  private void closeSessions() {
    for (ComputedTrait trait : plan.sessions()) {
      ComputedState computed = state.find(trait);
      if (computed != null && trait.window() instanceof Window.Session session) {
        long closesAt = computed.closesAt(session);
        if (closesAt > state.now() && closesAt <= now) {
          touched.set(trait.slot());
        }
      }
    }
  }

  private void refoldTorn() {
    for (ComputedTrait trait : plan.traits()) {
      if (touched.get(trait.slot()) && state.of(trait).isTorn()) {
        long from = now - ComputedState.leaveAge(trait.window());
        long to = now - ComputedState.enterAge(trait.window());
        if (state.backfill().builds(trait.slot())) {
          to = Math.min(to, state.backfill().cursor());
        }
        state.of(trait).refolded(history.fold(trait, Math.max(from, -1), to, skipped));
      }
    }
  }
}
