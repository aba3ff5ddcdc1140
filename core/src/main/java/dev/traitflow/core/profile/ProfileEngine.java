package dev.traitflow.core.profile;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventNames;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.trait.ComputedTrait;
import dev.traitflow.core.trait.TraitLevel;
import dev.traitflow.core.trait.Window;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Folds the events of one profile into its traits, one by one as they come and as time passes. It
 * holds a plan and no state, so that one engine serves all profiles and threads.
 *
 * <p>The promise: after any calls the values are those of a fold of the whole history at the
 * state's instant, whatever order the events came in.
 *
 * <p>The cost of an event does not grow with the history: traits without a window take it in, and
 * for windows only the events that crossed an edge since are visited. Exceptions: an event that
 * arrives late and joins sessions reads back through those it joins; when the first event leaves a
 * window the next one is looked for, and now and then when an extreme does the window is folded
 * again, with what the history keeps of its parts.
 */
public final class ProfileEngine {
  private static final long BEFORE_ALL = -1;

  /** The instant of a state without events; a profile that nothing is known of is no member. */
  private static final long BEFORE_EVENTS = 0;

  private final ProfilePlan plan;
  private final EventType setsTraits;
  private final ShownValues shown;

  /** Makes an engine of users for {@code plan}. */
  public ProfileEngine(ProfilePlan plan) {
    this(plan, TraitLevel.USER);
  }

  /** Makes an engine for {@code plan}; identify sets traits of users, group those of accounts. */
  public ProfileEngine(ProfilePlan plan, TraitLevel level) {
    this.plan = plan;
    this.shown = new ShownValues(plan);
    this.setsTraits = level == TraitLevel.USER ? EventType.IDENTIFY : EventType.GROUP;
  }

  /** The plan. */
  public ProfilePlan plan() {
    return plan;
  }

  /** As {@link #load(byte[], CustomTraitStore)}, with all custom traits in the state. */
  public ProfileState load(byte @Nullable [] stored) {
    return load(stored, null);
  }

  /**
   * Returns the state of stored bytes, or, for null, that of a profile with an empty history. A
   * profile with a history but no state starts with {@link #fold}.
   *
   * @param apart where its custom traits lie once they are many; null to keep them in the state
   * @throws IllegalArgumentException if the bytes are of an unknown version or cut short
   */
  public ProfileState load(byte @Nullable [] stored, @Nullable CustomTraitStore apart) {
    return stored == null
        ? ProfileState.empty(plan, apart)
        : ProfileState.decode(stored, plan, apart);
  }

  /** True if another plan folded the state: it must be {@link #adopt}ed before anything else. */
  public boolean isStale(ProfileState state) {
    return state.fingerprint() != plan.fingerprint();
  }

  /** True if the state has all of the plan's traits; until then {@link #build} has work to do. */
  public boolean isComplete(ProfileState state) {
    return !isStale(state) && state.backfill().isDone();
  }

  /**
   * Puts the state under this engine's plan. Traits it shares with the plan before go on as they
   * are; new ones have no value until {@link #build} has read the history; one whose definition is
   * gone has what {@link KeptValues} say. Reads no history.
   */
  public void adopt(ProfileState state) {
    for (ComputedState emptied : state.adopt(plan)) {
      if (emptied.isMatched()) {
        state.gone().put(emptied.key(), state.now());
        state.changed().add(emptied.key());
      }
    }
    for (ComputedTrait trait : plan.live()) {
      if (!trait.definition().enabled() && state.find(trait) != null) {
        // From here on it is what was written when it was disabled.
        state.changed().add(trait.key());
      }
    }
    judgeAnew(state);
  }

  /**
   * Reads on in the history for the traits that are new to the state, right at the state's instant.
   *
   * @param pause asked between two instants of the history; true ends the work for now
   * @return true if nothing is left to read
   * @throws IllegalStateException if the state is stale
   */
  public boolean build(ProfileState state, ProfileStore history, BooleanSupplier pause) {
    requireCurrent(state);
    if (state.backfill().isDone()) {
      return true;
    }
    if (!new HistoryBuild(plan, state, history).run(pause)) {
      return false;
    }
    judgeAnew(state);
    return true;
  }

  /**
   * Forgets what the history gave, because events are being taken out of it. From here on each
   * event that stays must be {@link #retake}n, and then {@link #build} has work to do.
   *
   * @throws IllegalStateException if the state is stale
   */
  public void restart(ProfileState state) {
    requireCurrent(state);
    for (ComputedTrait trait : plan.live()) {
      ComputedState computed = state.find(trait);
      if (computed != null && computed.isMatched()) {
        state.gone().put(trait.key(), state.now());
        state.changed().add(trait.key());
      }
    }
    for (ComputedTrait trait : plan.staged()) {
      ComputedState computed = state.find(trait);
      if (computed != null && computed.isMatched()) {
        state.withdrawn().add(computed);
      }
    }
    state.custom().restart();
    state.restart(plan);
  }

  /** Takes the traits again that an event of the history sets, after {@link #restart}. */
  public void retake(ProfileState state, Event event) {
    if (!EventNames.isCounted(event)) {
      takeTraits(state, event);
    }
  }

  /** Returns the state of a whole history at {@code now}, its custom and written traits too. */
  public ProfileState fold(ProfileStore history, long now) {
    ProfileState state = ProfileState.empty(plan, null);
    history.scan(
        BEFORE_ALL,
        Long.MAX_VALUE,
        event -> {
          takeTraits(state, event);
          return true;
        });
    state.moveTo(now);
    state.restart(plan);
    build(state, history, () -> false);
    judgeAnew(state);
    return state;
  }

  /**
   * Takes in an event that the caller has appended to the history just now and that was not in it
   * before, and moves the state to {@code now}, or leaves it at its instant if that is later.
   *
   * @throws IllegalStateException if the state is stale
   */
  public void add(ProfileState state, ProfileStore history, Event event, long now) {
    add(state, history, event, List.of(), now);
  }

  /** As {@link #add(ProfileState, ProfileStore, Event, long)}, with what the event identifies. */
  public void add(
      ProfileState state, ProfileStore history, Event event, List<Identifier> owned, long now) {
    requireCurrent(state);
    move(state, history, now, event);
    state.memberships().own(owned);
    if (EventNames.isCounted(event)) {
      Backfill backfill = state.backfill();
      new EventArrival(plan, state, history)
          .take(event, slot -> !backfill.isAhead(slot, event.timestamp()), true);
    } else {
      takeTraits(state, event);
    }
    if (plan.audiences().concerns(event)) {
      state.memberships().expect();
    }
    judge(state);
  }

  /**
   * Moves the state to {@code now}: windows are exact there. Does nothing if it is not later than
   * the state's instant.
   *
   * @throws IllegalStateException if the state is stale
   */
  public void advance(ProfileState state, ProfileStore history, long now) {
    requireCurrent(state);
    move(state, history, now, null);
  }

  /**
   * Tells again the values that depend on what {@link ProfileStore#users} knows, because that
   * changed.
   *
   * @throws IllegalStateException if the state is stale
   */
  public void usersChanged(ProfileState state, ProfileStore history) {
    requireCurrent(state);
    for (ComputedTrait trait : plan.traits()) {
      ComputedState computed = state.find(trait);
      boolean told = trait.definition().returnUserTrait() != null;
      if (computed != null && told && !state.backfill().builds(trait.slot())) {
        computed.settle(trait, state.now(), history.users());
      }
    }
  }

  /**
   * Returns the earliest instant after the state's at which time alone may change a value, or
   * {@link Long#MAX_VALUE} if there is none. It may name an instant at which nothing changes, but
   * never skips one. Reads the state only.
   *
   * @throws IllegalStateException if the state is stale
   */
  public long nextBoundary(ProfileState state) {
    requireCurrent(state);
    return boundary(state);
  }

  /**
   * Returns every trait the profile ever had as readers see it, by key in code-point order; one it
   * has no longer, or not now, with null for JSON. Of one key a live computed trait goes before a
   * written one, and that before a custom one.
   *
   * @throws IllegalStateException if the state is stale
   */
  public List<TraitValue> values(ProfileState state) {
    return values(state, WantedKeys.ALL);
  }

  /**
   * Returns those of {@link #values} that may differ from what they were when the state was loaded,
   * in the order of their keys.
   *
   * @throws IllegalStateException if the state is stale
   */
  public List<TraitValue> changes(ProfileState state) {
    judge(state);
    Set<String> changed = shown.changed(state);
    return changed.isEmpty() ? List.of() : values(state, changed);
  }

  /**
   * Returns the values of the staged traits that are built, each with its version: what readers
   * will see once every profile has them.
   *
   * @param all false for only those that may have changed since the state was loaded
   */
  public List<TraitValue> staged(ProfileState state, boolean all) {
    requireCurrent(state);
    return shown.staged(state, all);
  }

  /**
   * Returns those of {@link #values} whose keys are wanted.
   *
   * @throws IllegalStateException if the state is stale
   */
  public List<TraitValue> values(ProfileState state, Set<String> wanted) {
    return values(state, new WantedKeys(wanted));
  }

  /** Those of {@link #values} that predictions wrote, and memberships: they go with features. */
  public List<TraitValue> writtenAndAudiences(ProfileState state) {
    Set<String> keys = new HashSet<>(state.written().keys());
    plan.audiences().ordered().forEach(audience -> keys.add(audience.key()));
    return values(state, keys);
  }

  private List<TraitValue> values(ProfileState state, WantedKeys wanted) {
    judge(state);
    SortedMap<String, TraitValue> values = shown.traits(state, wanted);
    state.memberships().addTo(plan.audiences(), values, wanted);
    return new ArrayList<>(values.values());
  }

  /** Takes note of identifiers the profile owns, for a state that no event with them built. */
  public void own(ProfileState state, List<Identifier> identifiers) {
    state.memberships().own(identifiers);
  }

  /**
   * Says whether the history is coming in parts, which is when memberships wait; when it no longer
   * is, or when the audiences are others than when the state was stored, they are made right.
   *
   * @return true if that changed the state
   */
  public boolean hold(ProfileState state, boolean inParts) {
    state.memberships().hold(inParts);
    return judge(state);
  }

  private void judgeAnew(ProfileState state) {
    state.memberships().expect();
    judge(state);
  }

  private boolean judge(ProfileState state) {
    AudiencePlan audiences = plan.audiences();
    Memberships memberships = state.memberships();
    if (!memberships.isDue(audiences) || state.now() == BEFORE_EVENTS) {
      return false;
    }
    Collection<TraitValue> values = shown.traits(state, new WantedKeys(audiences.reads())).values();
    memberships.judge(audiences, values, state.now());
    return true;
  }

  private void takeTraits(ProfileState state, Event event) {
    if (event.type() == setsTraits) {
      state.custom().take(event);
    } else if (event.type() == EventType.WRITE) {
      if (KeptValues.isOfDeleted(event.name())) {
        state.custom().takeKept(event);
      } else {
        state.written().take(event);
      }
    }
  }

  private void move(ProfileState state, ProfileStore history, long now, @Nullable Event skipped) {
    if (now <= state.now()) {
      return;
    }
    if (plan.audiences().watchesTime()) {
      // One by one: an audience may be entered at one boundary and left at the next.
      for (long next = boundary(state); next < now; next = boundary(state)) {
        moveTo(state, history, next, skipped);
      }
    }
    moveTo(state, history, now, skipped);
  }

  private void moveTo(ProfileState state, ProfileStore history, long now, @Nullable Event skipped) {
    if (boundary(state) <= now) {
      new WindowMove(plan, state, history, now, skipped).run();
      if (plan.audiences().watchesTime()) {
        judgeAnew(state);
      }
    }
    state.moveTo(now);
  }

  private long boundary(ProfileState state) {
    long next = Long.MAX_VALUE;
    long[] pending = state.pending();
    for (int i = 0; i < pending.length; i++) {
      if (pending[i] != Long.MAX_VALUE) {
        next = Math.min(next, pending[i] + plan.edges().get(i).ageMillis());
      }
    }
    for (ComputedTrait trait : plan.sessions()) {
      ComputedState computed = state.find(trait);
      if (computed != null && trait.window() instanceof Window.Session session) {
        long closesAt = computed.closesAt(session);
        if (closesAt > state.now()) {
          next = Math.min(next, closesAt);
        }
      }
    }
    return next;
  }

  private void requireCurrent(ProfileState state) {
    if (isStale(state)) {
      throw new IllegalStateException(
          "profile state: got one folded by plan "
              + Long.toHexString(state.fingerprint())
              + " (expected "
              + Long.toHexString(plan.fingerprint())
              + "; adopt the plan first)");
    }
  }
}
