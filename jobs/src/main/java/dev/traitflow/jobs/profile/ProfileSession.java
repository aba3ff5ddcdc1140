package dev.traitflow.jobs.profile;

import dev.traitflow.core.profile.ProfileEngine;
import dev.traitflow.core.profile.ProfileState;
import dev.traitflow.core.profile.TraitValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One profile between two flushes of the bundle: its state decoded once, however many events it
 * gets, and what of it was shown before.
 */
final class ProfileSession {
  private final FoldState fold;
  private final KeyedProfileStore history;
  private final ProfileEngine engine;
  private final ProfileState state;
  private final @Nullable Map<String, TraitValue> shown;
  private boolean changed;

  ProfileSession(FoldState fold, KeyedProfileStore history, ProfileEngine engine, long attempt) {
    this.fold = fold;
    this.history = history;
    this.engine = engine;
    this.state = engine.load(fold.engine.length == 0 ? null : fold.engine);
    boolean stale = engine.isStale(state);
    // The values another plan gave cannot be told from its state: then all are shown again.
    this.shown = !stale && fold.shownAttempt == attempt ? byKey(engine.values(state)) : null;
    if (stale) {
      engine.refold(state, history, fold.now);
      changed = true;
    }
  }

  FoldState fold() {
    return fold;
  }

  KeyedProfileStore history() {
    return history;
  }

  ProfileEngine engine() {
    return engine;
  }

  ProfileState state() {
    return state;
  }

  /** True if the session must be written back. */
  boolean changed() {
    return changed;
  }

  void touch() {
    changed = true;
  }

  /** Moves the profile's clock to {@code now}, never back. */
  long moveTo(long now) {
    fold.now = Math.max(fold.now, now);
    return fold.now;
  }

  /**
   * The values a reader does not have yet: those that differ from what was shown, or all of them if
   * this attempt has shown nothing of the profile.
   */
  List<TraitValue> news() {
    List<TraitValue> values = engine.values(state);
    if (shown == null) {
      return values;
    }
    return values.stream().filter(value -> !same(shown.get(value.key()), value)).toList();
  }

  private static boolean same(@Nullable TraitValue before, TraitValue after) {
    return before == null ? after.json() == null : before.equals(after);
  }

  private static Map<String, TraitValue> byKey(List<TraitValue> values) {
    Map<String, TraitValue> byKey = new HashMap<>();
    values.forEach(value -> byKey.put(value.key(), value));
    return byKey;
  }
}
