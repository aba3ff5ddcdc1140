package dev.traitflow.jobs.profile;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.profile.CustomTraitStore;
import dev.traitflow.core.profile.ProfileEngine;
import dev.traitflow.core.profile.ProfileState;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.jobs.history.AccountEvents;
import dev.traitflow.jobs.history.AccountUsers;
import dev.traitflow.jobs.history.KeyedProfileStore;
import dev.traitflow.jobs.runtime.AccountMessage;
import dev.traitflow.jobs.runtime.MergeMessage;
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
  private final long attempt;
  private final long rescoreMillis;
  private boolean changed;

  ProfileSession(
      FoldState fold,
      KeyedProfileStore history,
      CustomTraitStore customTraits,
      ProfileEngine engine,
      long attempt,
      long rescoreMillis) {
    this.rescoreMillis = rescoreMillis;
    this.fold = fold;
    this.history = history;
    this.engine = engine;
    this.state = engine.load(fold.engine.length == 0 ? null : fold.engine, customTraits);
    this.attempt = attempt;
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
   * Reads on in the history for traits that are new to the profile, or for all of them, if events
   * left it.
   *
   * @return true if nothing is left to read
   */
  boolean build(BooleanSupplier pause) {
    if (fold.purgedTo != KeyedProfileStore.PURGED && !purge(pause)) {
      return false;
    }
    if (!engine.isComplete(state)) {
      changed = true;
      if (!engine.build(state, history, pause)) {
        return false;
      }
      engine.advance(state, history, fold.now);
    }
    fold.refolding = false;
    return true;
  }

  private boolean purge(BooleanSupplier pause) {
    changed = true;
    if (fold.purgedTo == KeyedProfileStore.PURGE_ALL) {
      engine.restart(state);
    }
    fold.purgedTo = history.purge(fold.purgedTo, event -> engine.retake(state, event), pause);
    return fold.purgedTo == KeyedProfileStore.PURGED;
  }

  /**
   * Has the account be folded again, since events are no longer what they were counted as. Nothing
   * is shown until {@link #build} has done so.
   */
  private void refold() {
    fold.refolding = true;
    fold.purgedTo = KeyedProfileStore.PURGE_ALL;
    fold.shownAttempt = FoldState.NOT_SHOWN;
    touch();
  }

  /** Takes note of an event that an account keeps as another user's too, in case one leaves. */
  void shared(AccountEvents.Arrival arrival) {
    if (arrival == AccountEvents.Arrival.EARLIER) {
      refold();
    }
  }

  /** Records that a merge begins. */
  void hold(MergeMessage.Hold hold) {
    fold.mergeSeen(hold.sequence(), hold.histories());
    touch();
  }

  /** Records that one history of a merge has come completely. */
  void moved(MergeMessage.Moved moved) {
    fold.moved(moved.sequence(), moved.history());
    moveTo(moved.at());
    touch();
  }

  /** Records, in an account, that one of its users has left or has other traits. */
  void user(AccountMessage message) {
    AccountUsers users = history.accountUsers();
    if (message instanceof AccountMessage.UserLeft left) {
      users.left(left.user(), left.survivor());
      if (users.isGone(left.user())) {
        refold();
      }
    } else if (message instanceof AccountMessage.UserTraits traits) {
      users.traits(traits.user(), traits.traits());
    }
    engine.usersChanged(state, history);
    touch();
  }

  /** Takes note of an event of the user, and of the identifiers it came with. */
  void know(Event event, List<Identifier> identifiers) {
    boolean knownBefore = fold.known;
    for (Identifier identifier : identifiers) {
      fold.known |=
          identifier.collection().equals(Identifier.USERS)
              && !identifier.type().equals(Identifier.ANONYMOUS_ID);
    }
    // What is due stays due whatever else comes: an event costs a comparison.
    if (rescoreMillis > 0 && fold.featuresDue == FoldState.NOT_DUE && fold.known) {
      expectFeatures(knownBefore, event);
    }
  }

  /** Writes come of scores: were they looked at, each score would ask for the next. */
  private void expectFeatures(boolean knownBefore, Event event) {
    boolean looksAtIt =
        PredictionDefinition.isFeatureEvent(event) || event.type() == EventType.IDENTIFY;
    if (looksAtIt || !knownBefore) {
      fold.featuresDue =
          fold.featuresAt == FoldState.NO_FEATURES
              ? Long.MIN_VALUE
              : fold.featuresAt + rescoreMillis;
    }
  }

  /**
   * True if features are to be sent now because of events. They wait while a merge is under way; if
   * no model is in force any more they are forgotten.
   */
  boolean takeFeaturesDue() {
    if (fold.featuresDue > fold.now || fold.isMerging()) {
      return false;
    }
    if (rescoreMillis == 0) {
      fold.featuresDue = FoldState.NOT_DUE;
    }
    return rescoreMillis > 0;
  }

  /** The first instant whose features tell of every event up to now. */
  long featuresInstant() {
    return Math.max(fold.now, fold.featuresAt) + 1;
  }

  /**
   * The instant of a scoring round: the present, which features of this profile may be ahead of by
   * the moment they were sent at.
   */
  long roundInstant(long asOf) {
    return Math.max(Math.max(asOf, fold.now), fold.featuresAt);
  }

  /** Features of the instant were sent: events that it tells of are done with. */
  void featuresSent(long at) {
    // A round's instant may lie before the events that are waited for: once more, when allowed.
    boolean waits = fold.featuresDue != FoldState.NOT_DUE && at <= fold.now && rescoreMillis > 0;
    fold.featuresDue = waits ? at + rescoreMillis : FoldState.NOT_DUE;
    fold.featuresAt = at;
    touch();
  }

  /** When time alone may change a value, or brings features due; see {@code nextBoundary}. */
  long nextBoundary() {
    long boundary = engine.nextBoundary(state);
    // Those due already are sent with the bundle, or when the merge they wait for is complete.
    return fold.featuresDue > fold.now ? Math.min(boundary, fold.featuresDue) : boundary;
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
    return showsAll() ? engine.values(state) : engine.changes(state);
  }

  /** The same of the traits readers do not see yet. */
  List<TraitValue> stagedNews() {
    return engine.staged(state, showsAll());
  }

  private boolean showsAll() {
    return fold.shownAttempt != attempt;
  }
}
