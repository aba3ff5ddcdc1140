package dev.traitflow.jobs.history;

import dev.traitflow.core.text.CodePointOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

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
    return leading(event -> event.timestamp() <= timestamp);
  }

  /** How many events at the beginning fulfil a condition that none behind them does. */
  private int leading(Predicate<StoredEvent> condition) {
    int low = 0;
    int high = events.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (condition.test(events.get(middle))) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  boolean contains(long timestamp, String messageId) {
    return !all(timestamp, messageId).isEmpty();
  }

  /** What is stored of an event: in an account it may be stored as several users', see there. */
  List<StoredEvent> all(long timestamp, String messageId) {
    List<StoredEvent> found = List.of();
    for (int i = leading(event -> isBefore(event, timestamp, messageId));
        i < events.size()
            && events.get(i).timestamp() == timestamp
            && events.get(i).messageId().equals(messageId);
        i++) {
      found = found.isEmpty() ? new ArrayList<>(2) : found;
      found.add(events.get(i));
    }
    return found;
  }

  /**
   * Where the chunk falls into two, as near to its middle as may be: the events of one millisecond
   * stay together. 0 if all are of one.
   */
  int cut() {
    long middle = events.get(events.size() / 2).timestamp();
    int cut = firstAfter(middle - 1);
    if (cut == 0) {
      cut = firstAfter(middle);
    }
    return cut == events.size() ? 0 : cut;
  }

  /** True if the event before is the same one, stored as another user's. */
  boolean isRepeated(int index) {
    if (index == 0) {
      return false;
    }
    StoredEvent before = events.get(index - 1);
    StoredEvent event = events.get(index);
    return before.timestamp() == event.timestamp() && before.messageId().equals(event.messageId());
  }

  /** Puts in an event behind those that are the same. */
  void insert(StoredEvent event) {
    int place = leading(each -> compare(each, event) <= 0);
    events.add(place, event);
    heapBytes += OVERHEAD + event.bytes().length;
  }

  private static boolean isBefore(StoredEvent event, long timestamp, String messageId) {
    return event.timestamp() < timestamp
        || (event.timestamp() == timestamp
            && CodePointOrder.INSTANCE.compare(event.messageId(), messageId) < 0);
  }

  private static int compare(StoredEvent left, StoredEvent right) {
    if (left.timestamp() != right.timestamp()) {
      return Long.compare(left.timestamp(), right.timestamp());
    }
    int order = CodePointOrder.INSTANCE.compare(left.messageId(), right.messageId());
    return order != 0 ? order : Long.compare(left.sequence(), right.sequence());
  }
}
