package dev.traitflow.jobs.profile;

import dev.traitflow.jobs.runtime.ProfileMessage;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A walk over every profile of a subtask, for what concerns all of them: a new definition, or a
 * scoring round that must not miss the silent ones. It goes on in slices between events; the keys
 * are those there were when it began, which is right, since later ones are folded by the new
 * definition from their first event. After a restart it begins again: visiting a profile twice
 * changes nothing.
 */
final class KeySweep implements AutoCloseable {
  private final String space;
  private final SpacePlans.Plan plan;
  private final Stream<Object> stream;
  private final Iterator<Object> keys;
  private final boolean refolds;
  private final boolean scores;
  private final long round;
  private @Nullable String last;
  private boolean again;
  private long visited;
  private long rescored;

  KeySweep(String space, SpacePlans.Plan plan, Stream<Object> stream) {
    this.space = space;
    this.plan = plan;
    this.stream = stream;
    this.keys = stream.iterator();
    this.refolds = plan.sweepPending();
    this.scores = plan.scorePending();
    this.round = plan.round();
  }

  boolean hasNext() {
    return again || keys.hasNext();
  }

  /** The next profile; the same again if it was not done with. */
  String next() {
    if (again && last != null) {
      again = false;
      return last;
    }
    if (refolds) {
      plan.sweptTo(visited++);
    }
    Object key = keys.next();
    if (!(key instanceof String text)) {
      throw new NoSuchElementException("key: got " + key + " (expected a text)");
    }
    last = text;
    return text;
  }

  /** The profile that came last is not done with. */
  void repeat() {
    again = true;
  }

  /** True if the profile is of the space that is swept. */
  boolean covers(String key) {
    return ProfileMessage.spaceOf(key).equals(space);
  }

  /** True if profiles folded by an older definition are looked for. */
  boolean refolds() {
    return refolds;
  }

  /** True if features are wanted. */
  boolean scores() {
    return scores;
  }

  /** A known profile was sent to the scorers. */
  void scored() {
    rescored++;
    if (plan.round() == round) {
      plan.rescoredTo(rescored);
    }
  }

  /** Notes that every key was visited, unless the plan wants another walk meanwhile. */
  void finish() {
    if (refolds) {
      plan.sweepDone();
    }
    if (scores && plan.round() == round) {
      plan.scoreDone();
    }
  }

  @Override
  public void close() {
    stream.close();
  }

  @Override
  public String toString() {
    return "sweep of " + space + " at " + last;
  }
}
