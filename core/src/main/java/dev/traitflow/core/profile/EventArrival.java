package dev.traitflow.core.profile;

import dev.traitflow.core.condition.EventFields;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.trait.ComputedTrait;
import dev.traitflow.core.trait.Occurrence;
import dev.traitflow.core.trait.Window;
import java.util.function.IntPredicate;

/** The arrival of an event in a profile whose windows are right at the state's instant. */
final class EventArrival {
  private final ProfilePlan plan;
  private final ProfileState state;
  private final ProfileStore history;

  EventArrival(ProfilePlan plan, ProfileState state, ProfileStore history) {
    this.plan = plan;
    this.state = state;
    this.history = history;
  }

  /**
   * Lets the event take part in the traits whose slots are wanted.
   *
   * @param settle whether their values are right behind it
   */
  void take(Event event, IntPredicate wanted, boolean settle) {
    long now = state.now();
    EventFields fields = new EventFields(event);
    for (ComputedTrait trait : plan.traitsOf(event.name())) {
      Occurrence occurrence = wanted.test(trait.slot()) ? trait.occurrence(fields) : null;
      if (occurrence != null) {
        ComputedState computed = state.of(trait);
        if (computed.arrive(trait, occurrence, now)
            && trait.window() instanceof Window.Session session) {
          reachBack(trait, session, computed);
        }
        if (settle) {
          computed.settle(trait, now, history.users());
        }
      }
    }
    long[] pending = state.pending();
    for (int i = 0; i < pending.length; i++) {
      AgeEdge edge = plan.edges().get(i);
      if (event.timestamp() > edge.position(now) && edge.byEvent().containsKey(event.name())) {
        pending[i] = Math.min(pending[i], event.timestamp());
      }
    }
  }

  /** Joins earlier sessions to one whose start moved back, as long as less than a gap separates. */
  private void reachBack(ComputedTrait trait, Window.Session session, ComputedState computed) {
    long newest = computed.sessionStart() - 1;
    while (true) {
      long oldest = Math.max(computed.sessionStart() - session.gapMillis(), -1);
      if (oldest >= newest) {
        return;
      }
      history.scan(
          oldest,
          newest,
          trait.names(),
          event -> {
            Occurrence occurrence = trait.occurrence(new EventFields(event));
            if (occurrence != null) {
              computed.reachBack(trait, occurrence);
            }
            return true;
          });
      newest = oldest;
    }
  }
}
