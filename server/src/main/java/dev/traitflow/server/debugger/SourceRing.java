package dev.traitflow.server.debugger;

import dev.traitflow.core.event.LogRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The newest calls of one source, in the order they arrived; older ones give way.
 *
 * <p>A refusal by the job comes through a topic of its own, before or after the call itself; it is
 * joined by the call's offset in the log. Writers and readers hold the lock only to move
 * references: parsing is the reader's work, without it. Thread-safe.
 */
final class SourceRing {
  /** How many calls are kept. */
  static final int CALLS_MAX = 500;

  private static final int WAITING_MAX = 2_000;

  private final @Nullable Arrival[] slots = new Arrival[CALLS_MAX];
  private int first;
  private int size;
  private final TreeMap<Long, Refusal> waiting = new TreeMap<>();
  private long newest;
  private long arrived;
  private long outcomes;
  private long bytes;

  /**
   * What the ring holds at one instant.
   *
   * @param arrivals the calls, oldest first
   * @param newest the place of the newest call there ever was, 0 if there was none
   * @param arrived how many calls there were since the start
   * @param outcomes how many calls were refused after they had arrived
   */
  record Picture(List<Arrival> arrivals, long newest, long arrived, long outcomes) {}

  /** The call at an offset. One that is not behind all others was seen before and is left out. */
  synchronized void add(long offset, LogRecord call) {
    if (offset + 1 <= newest) {
      return;
    }
    Refusal known = waiting.remove(offset);
    waiting.headMap(offset).clear();
    if (size == CALLS_MAX) {
      dropOldest();
    }
    arrived++;
    newest = offset + 1;
    Arrival arrival = new Arrival(newest, arrived, call, known, 0);
    slots[(first + size++) % CALLS_MAX] = arrival;
    bytes += arrival.bytes();
  }

  /** The job refused the call at an offset. */
  synchronized void refuse(long offset, Refusal refusal) {
    long place = offset + 1;
    if (place > newest) {
      waiting.put(offset, refusal);
      if (waiting.size() > WAITING_MAX) {
        waiting.pollFirstEntry();
      }
      return;
    }
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (place > at(middle).place()) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    if (low < size && at(low).place() == place && at(low).refusal() == null) {
      slots[(first + low) % CALLS_MAX] = at(low).refused(refusal, ++outcomes);
    }
  }

  synchronized Picture picture() {
    List<Arrival> held = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      held.add(at(i));
    }
    return new Picture(held, newest, arrived, outcomes);
  }

  /** About how much memory it holds, in bytes. */
  synchronized long bytes() {
    return bytes;
  }

  /** Lets the older half go, to make room for other sources. */
  synchronized void halve() {
    for (int leaving = (size + 1) / 2; leaving > 0; leaving--) {
      dropOldest();
    }
  }

  private void dropOldest() {
    bytes -= at(0).bytes();
    slots[first] = null;
    first = (first + 1) % CALLS_MAX;
    size--;
  }

  private Arrival at(int index) {
    return Objects.requireNonNull(slots[(first + index) % CALLS_MAX]);
  }
}
