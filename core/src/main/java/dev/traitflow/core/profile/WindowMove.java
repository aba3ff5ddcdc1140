package dev.traitflow.core.profile;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.profile.AgeEdge.Crossing;
import dev.traitflow.core.trait.ComputedTrait;
import dev.traitflow.core.trait.EventFields;
import dev.traitflow.core.trait.Occurrence;
import dev.traitflow.core.trait.Window;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One move of a profile's windows from the instant of its state to a later one. Only the events
 * that cross an edge are visited; where a calculation cannot take one back the window is folded
 * again.
 */
final class WindowMove {
  /** How far the next crossing is looked for; then the last event visited is a stop on the way. */
  private static final int LOOK_AHEAD_EVENTS = 256;

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
        history.scan(pending[i] - 1, position, event -> cross(edge, event));
        pending[i] = nextCrossing(edge, position);
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

  private boolean cross(AgeEdge edge, Event event) {
    List<Crossing> crossings = crossings(edge, event);
    if (crossings.isEmpty() || isSkipped(event)) {
      return true;
    }
    EventFields fields = new EventFields(event);
    for (Crossing crossing : crossings) {
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

  private long nextCrossing(AgeEdge edge, long position) {
    long[] next = {Long.MAX_VALUE};
    int[] visited = {0};
    history.scan(
        Math.max(position, -1),
        Long.MAX_VALUE,
        event -> {
          if (++visited[0] < LOOK_AHEAD_EVENTS && crossings(edge, event).isEmpty()) {
            return true;
          }
          next[0] = event.timestamp();
          return false;
        });
    return next[0];
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
    List<ComputedTrait> torn = new ArrayList<>();
    long from = Long.MAX_VALUE;
    long to = -1;
    for (ComputedTrait trait : plan.traits()) {
      if (touched.get(trait.slot()) && state.of(trait).isTorn()) {
        state.of(trait).restart(trait);
        torn.add(trait);
        from = Math.min(from, now - ComputedState.leaveAge(trait.window()));
        to = Math.max(to, now - ComputedState.enterAge(trait.window()));
      }
    }
    if (!torn.isEmpty()) {
      history.scan(Math.max(from, -1), to, event -> replay(torn, event));
    }
  }

  /** Answers false once no trait can learn from later events. */
  private boolean replay(List<ComputedTrait> torn, Event event) {
    if (!ProfileEngine.isCounted(event) || isSkipped(event)) {
      return true;
    }
    EventFields fields = new EventFields(event);
    boolean settled = true;
    for (ComputedTrait trait : torn) {
      ComputedState computed = state.of(trait);
      if (computed.isSettled(trait)) {
        continue;
      }
      if (trait.definition().event().equals(event.name()) && isInWindow(trait, event)) {
        Occurrence occurrence = trait.occurrence(fields);
        if (occurrence != null) {
          computed.replay(trait, occurrence);
        }
      }
      settled &= computed.isSettled(trait);
    }
    return !settled;
  }

  private boolean isInWindow(ComputedTrait trait, Event event) {
    return !state.backfill().isAhead(trait.slot(), event.timestamp())
        && event.timestamp() > now - ComputedState.leaveAge(trait.window())
        && event.timestamp() <= now - ComputedState.enterAge(trait.window());
  }

  private static List<Crossing> crossings(AgeEdge edge, Event event) {
    return ProfileEngine.isCounted(event)
        ? edge.byEvent().getOrDefault(event.name(), List.of())
        : List.of();
  }

  private boolean isSkipped(Event event) {
    return skipped != null
        && event.timestamp() == skipped.timestamp()
        && event.messageId().equals(skipped.messageId());
  }
}
