package dev.traitflow.core.profile;

import dev.traitflow.core.codec.ByteReader;
import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.profile.AgeEdge.Effect;
import dev.traitflow.core.trait.ActingUsers;
import dev.traitflow.core.trait.ComputedTrait;
import dev.traitflow.core.trait.Occurrence;
import dev.traitflow.core.trait.Tally;
import dev.traitflow.core.trait.Window;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What one profile remembers of one computed trait: the accumulator of the events in the window,
 * and the value they gave.
 *
 * <p>The accumulator stays bytes until an event or an instant touches it, so that an event pays
 * only for the traits it concerns.
 */
final class ComputedState {
  private static final long NO_SESSION = -1;

  /** Bits of the byte that said only whether an event had matched. */
  private static final int MATCHED = 1;

  private static final int TRUNCATED = 2;

  private final String key;
  private final int version;
  private boolean matched;
  private long updatedAt;
  private byte @Nullable [] json;
  private boolean truncated;
  private byte @Nullable [] stored;
  private @Nullable Tally<?> tally;
  private long sessionStart = NO_SESSION;
  private long sessionLast = NO_SESSION;
  private boolean torn;
  private boolean changed;
  private @Nullable Pending pending;

  /** A value that was settled and that nobody has asked for yet. */
  private record Pending(ComputedTrait trait, boolean closed, ActingUsers users) {}

  ComputedState(String key, int version) {
    this.key = key;
    this.version = version;
  }

  /** The trait's key. */
  String key() {
    return key;
  }

  /** The version of the definition that folded it. */
  int version() {
    return version;
  }

  /** Has the value shown again, because who sees it changed. */
  void showAgain() {
    changed = true;
  }

  /** True once an event took part that is not in the future, in or out of the window. */
  boolean isMatched() {
    return matched;
  }

  /**
   * The newest instant at which the events of the window changed, had each come in time: so it does
   * not depend on the order in which they came.
   */
  long updatedAt() {
    return updatedAt;
  }

  /** The value as it was settled last; null if the trait is unset. */
  byte @Nullable [] json() {
    Pending settled = pending;
    if (settled != null) {
      pending = null;
      Tally<?> told = settled.closed ? settled.trait.start() : tally(settled.trait);
      String text = told.result(settled.users);
      json = text == null ? null : text.getBytes(StandardCharsets.UTF_8);
      truncated = told.isTruncated();
    }
    return json;
  }

  /** True if {@link #json} is that of a part of the events, which have too many values. */
  boolean isTruncated() {
    byte[] unusedBecauseItSettles = json();
    return truncated;
  }

  /** True if the value was settled anew since the state was loaded. */
  boolean isChanged() {
    return changed;
  }

  /** True if an event left that could not be taken back: the window must be folded again. */
  boolean isTorn() {
    return torn;
  }

  /** When the last session closes, or {@link Long#MAX_VALUE} if there never was one. */
  long closesAt(Window.Session window) {
    return sessionLast == NO_SESSION ? Long.MAX_VALUE : sessionLast + window.gapMillis();
  }

  /**
   * Takes in an event that is new to the history, with the windows right at {@code now}.
   *
   * @return true if it joined a session from before its start, which may reach back further now
   */
  boolean arrive(ComputedTrait trait, Occurrence occurrence, long now) {
    long timestamp = occurrence.timestamp();
    if (trait.window() instanceof Window.Lifetime) {
      see(timestamp);
      tally(trait).add(occurrence);
      return false;
    }
    if (timestamp > now) {
      return false;
    }
    see(timestamp);
    if (trait.window() instanceof Window.Session session) {
      return join(trait, session, occurrence);
    }
    long enters = timestamp + enterAge(trait.window());
    long leaves = timestamp + leaveAge(trait.window());
    if (enters <= now) {
      touch(enters);
      if (leaves <= now) {
        touch(leaves);
      } else {
        tally(trait).add(occurrence);
      }
    }
    return false;
  }

  /** Takes note that an event of the history crosses an edge of the trait's window. */
  void cross(ComputedTrait trait, Occurrence occurrence, Effect effect, long ageMillis) {
    touch(occurrence.timestamp() + ageMillis);
    if (effect == Effect.LEAVE) {
      if (!torn) {
        torn = !tally(trait).subtract(occurrence);
      }
      return;
    }
    matched = true;
    if (trait.window() instanceof Window.Session session) {
      join(trait, session, occurrence);
    } else if (effect == Effect.ENTER && !torn) {
      tally(trait).add(occurrence);
    }
  }

  /** Takes on the fold of the whole window, after {@link #isTorn}. */
  void refolded(Tally<?> window) {
    torn = false;
    stored = null;
    tally = window;
  }

  /** The start of the session that {@link #arrive} joined. */
  long sessionStart() {
    return sessionStart;
  }

  /** Takes in an event that joined the session because it now reaches back to it. */
  void reachBack(ComputedTrait trait, Occurrence occurrence) {
    sessionStart = Math.min(sessionStart, occurrence.timestamp());
    tally(trait).add(occurrence);
  }

  /** Has the value be what it is at {@code now}, with what is known of the users. */
  void settle(ComputedTrait trait, long now, ActingUsers users) {
    if (!matched) {
      return;
    }
    boolean closed = false;
    if (trait.window() instanceof Window.Session session) {
      closed = closesAt(session) <= now;
      // Not the greatest ever: a late event can undo that a session closed.
      updatedAt = closed ? closesAt(session) : sessionLast;
    }
    // Told when asked for: once for all events until then.
    pending = new Pending(trait, closed, users);
    changed = true;
  }

  /** How old an event is when it enters; for sliding windows. */
  static long enterAge(Window window) {
    return window instanceof Window.Between between ? between.fromMillis() : 0;
  }

  /** How old an event is when it leaves; for sliding windows. */
  static long leaveAge(Window window) {
    if (window instanceof Window.Within within) {
      return within.millis();
    }
    if (window instanceof Window.Between between) {
      return between.toMillis();
    }
    throw new IllegalArgumentException("window: got " + window + " (expected a sliding one)");
  }

  /**
   * In any order of events; the last session is kept when closed, as a late event can reopen it.
   */
  private boolean join(ComputedTrait trait, Window.Session session, Occurrence occurrence) {
    long timestamp = occurrence.timestamp();
    long gap = session.gapMillis();
    if (sessionLast == NO_SESSION || timestamp - sessionLast >= gap) {
      stored = null;
      tally = trait.start();
      sessionStart = timestamp;
      sessionLast = timestamp;
    } else if (sessionStart - timestamp >= gap) {
      return false;
    }
    tally(trait).add(occurrence);
    sessionLast = Math.max(sessionLast, timestamp);
    boolean before = timestamp < sessionStart;
    sessionStart = Math.min(sessionStart, timestamp);
    return before;
  }

  private void see(long timestamp) {
    matched = true;
    touch(timestamp);
  }

  private void touch(long instant) {
    updatedAt = Math.max(updatedAt, instant);
  }

  private Tally<?> tally(ComputedTrait trait) {
    if (tally == null) {
      tally = stored == null ? trait.start() : trait.resume(stored);
      stored = null;
    }
    return tally;
  }

  byte[] encode() {
    byte[] value = json();
    return new ByteWriter(96)
        .writeString(key)
        .writeInt(version)
        .writeByte((matched ? MATCHED : 0) | (truncated ? TRUNCATED : 0))
        .writeLong(updatedAt)
        .writeNullableBytes(value)
        .writeNullableBytes(tally == null ? stored : tally.encode())
        .writeLong(sessionStart)
        .writeLong(sessionLast)
        .toBytes();
  }

  static ComputedState read(ByteReader in) {
    ComputedState state = new ComputedState(in.readString(), in.readInt());
    int flags = in.readByte();
    state.matched = (flags & MATCHED) != 0;
    state.truncated = (flags & TRUNCATED) != 0;
    state.updatedAt = in.readLong();
    state.json = in.readNullableBytes();
    state.stored = in.readNullableBytes();
    state.sessionStart = in.readLong();
    state.sessionLast = in.readLong();
    return state;
  }
}
