package dev.traitflow.core.profile;

import dev.traitflow.core.event.Event;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

/** A history in a sorted list on the heap: for tests, previews and training. Not thread-safe. */
public final class HeapProfileStore implements ProfileStore {
  private final List<Event> events = new ArrayList<>();

  @Override
  public void append(Event event) {
    int last = events.size() - 1;
    if (last < 0 || Event.HISTORY_ORDER.compare(events.get(last), event) < 0) {
      events.add(event);
      return;
    }
    int place = Collections.binarySearch(events, event, Event.HISTORY_ORDER);
    if (place < 0) {
      events.add(-place - 1, event);
    }
  }

  @Override
  public boolean contains(long timestamp, String messageId) {
    for (int i = firstIndexAfter(timestamp - 1);
        i < events.size() && events.get(i).timestamp() == timestamp;
        i++) {
      if (events.get(i).messageId().equals(messageId)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void scan(long fromExclusive, long toInclusive, Predicate<Event> visitor) {
    for (int i = firstIndexAfter(fromExclusive);
        i < events.size() && events.get(i).timestamp() <= toInclusive;
        i++) {
      if (!visitor.test(events.get(i))) {
        return;
      }
    }
  }

  /** The number of events. */
  public int size() {
    return events.size();
  }

  private int firstIndexAfter(long timestamp) {
    int low = 0;
    int high = events.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (events.get(middle).timestamp() <= timestamp) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
