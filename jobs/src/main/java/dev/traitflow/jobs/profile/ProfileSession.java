package dev.traitflow.jobs.profile;

import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.profile.ProfileEngine;
import dev.traitflow.core.profile.ProfileState;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.jobs.runtime.ProfileMessage;
import dev.traitflow.jobs.runtime.ProfileMessage.Kind;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * One profile between two flushes of the bundle: its state decoded once, however many events it
 * gets, and what of it was shown before.
 */
final class ProfileSession {
  private final FoldState fold;
  private final KeyedProfileStore history;
  private final ProfileEngine engine;
  private final ProfileState state;
  private final boolean showsAll;
  private boolean changed;

  ProfileSession(FoldState fold, KeyedProfileStore history, ProfileEngine engine, long attempt) {
    this.fold = fold;
    this.history = history;
    this.engine = engine;
    this.state = engine.load(fold.engine.length == 0 ? null : fold.engine);
    this.showsAll = fold.shownAttempt != attempt;
    if (engine.isStale(state)) {
      engine.adopt(state);
      changed = true;
    }
    changed |= engine.hold(state, fold.isMerging());
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

  /**
   * Reads on in the history for traits that are new to the profile.
   *
   * @return true if nothing is left to read
   */
  boolean build(BooleanSupplier pause) {
    if (engine.isComplete(state)) {
      return true;
    }
    changed = true;
    if (!engine.build(state, history, pause)) {
      return false;
    }
    engine.advance(state, history, fold.now);
    return true;
  }

  /** Takes note of a merge's step that is no event. */
  void merge(ProfileMessage step) {
    if (step.kind() == Kind.HOLD) {
      fold.mergeSeen(step.sequence(), step.count());
    } else {
      fold.moved(step.sequence(), step.text());
      moveTo(step.at());
    }
    touch();
  }

  /** Takes note, in an account, of what one of its users is now. */
  void user(ProfileMessage message) {
    if (message.kind() == Kind.USER_LEFT) {
      history.accountUsers().left(message.text(), message.other());
    } else {
      history.accountUsers().traits(message.text(), message.body());
    }
    engine.usersChanged(state, history);
    touch();
  }

  /** Takes note of the identifiers an event of the user came with. */
  void know(List<Identifier> identifiers) {
    for (Identifier identifier : identifiers) {
      fold.known |=
          identifier.collection().equals(Identifier.USERS)
              && !identifier.type().equals(Identifier.ANONYMOUS_ID);
    }
  }

  /** True if the session must be written back. */
  boolean changed() {
    return changed;
  }

  /** Notes that something of the profile changed, which may have begun or ended a merge. */
  void touch() {
    changed = true;
    engine.hold(state, fold.isMerging());
  }

  /** Moves the profile's clock to {@code now}, never back. */
  long moveTo(long now) {
    fold.now = Math.max(fold.now, now);
    return fold.now;
  }

  /**
   * The values a reader may not have yet: those that changed in this session, or all of them if
   * this attempt has shown nothing of the profile.
   */
  List<TraitValue> news() {
    return showsAll ? engine.values(state) : engine.changes(state);
  }

  /** The same of the traits readers do not see yet. */
  List<TraitValue> stagedNews() {
    return engine.staged(state, showsAll);
  }
}
