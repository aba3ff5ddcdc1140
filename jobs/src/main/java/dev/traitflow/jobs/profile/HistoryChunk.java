package dev.traitflow.jobs.profile;

import dev.traitflow.core.event.CodePointOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The events of a chunk on the heap, in history order. Not thread-safe. */
final class HistoryChunk {
  private static final int OVERHEAD = 100;

  private final List<StoredEvent> events;
  private long heapBytes = OVERHEAD;

  /** A chunk of events in the order they were stored in. */
  HistoryChunk(List<StoredEvent> stored) {
    events = new ArrayList<>(stored);
    boolean sorted = true;
    for (int i = 0; i < events.size(); i++) {
      heapBytes += OVERHEAD + events.get(i).bytes().length;
      sorted = sorted && (i == 0 || events.get(i - 1).timestamp() < events.get(i).timestamp());
    }
    if (!sorted) {
      events.sort(HistoryChunk::compare);
    }
  }

  /** Room it takes, about. */
  long heapBytes() {
    return heapBytes;
  }

  int size() {
    return events.size();
  }

  StoredEvent get(int index) {
    return events.get(index);
  }

  /** The events, unmodifiable. */
  List<StoredEvent> events() {
    return Collections.unmodifiableList(events);
  }

  /** The place of the first event after a timestamp. */
  int firstAfter(long timestamp) {
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

  boolean contains(long timestamp, String messageId) {
    for (int i = firstAfter(timestamp - 1);
        i < events.size() && events.get(i).timestamp() == timestamp;
        i++) {
      if (events.get(i).messageId().equals(messageId)) {
        return true;
      }
    }
    return false;
  }

  /** Puts in an event that is not there. */
  void insert(StoredEvent event) {
    int place = firstAfter(event.timestamp());
    while (place > 0
        && events.get(place - 1).timestamp() == event.timestamp()
        && compare(events.get(place - 1), event) > 0) {
      place--;
    }
    events.add(place, event);
    heapBytes += OVERHEAD + event.bytes().length;
  }

  private static int compare(StoredEvent left, StoredEvent right) {
    return left.timestamp() != right.timestamp()
        ? Long.compare(left.timestamp(), right.timestamp())
        : CodePointOrder.INSTANCE.compare(left.messageId(), right.messageId());
  }
}
