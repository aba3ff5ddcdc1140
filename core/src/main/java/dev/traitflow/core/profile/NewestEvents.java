package dev.traitflow.core.profile;

import dev.traitflow.core.event.Event;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Function;

/**
 * The newest of the events put in, up to a limit, whatever order they come in. Mutable.
 *
 * @param <T> an event with what is said of it
 */
final class NewestEvents<T> {
  private final int limit;
  private final Comparator<T> order;
  private final PriorityQueue<T> oldestFirst;

  /**
   * Makes an empty one.
   *
   * @param event the event of an item
   * @param limit the greatest number of items, from 1
   */
  NewestEvents(Function<T, Event> event, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit: got " + limit + " (expected at least 1)");
    }
    this.limit = limit;
    this.order = Comparator.comparing(event, Event.HISTORY_ORDER);
    this.oldestFirst = new PriorityQueue<>(order);
  }

  void add(T item) {
    oldestFirst.add(item);
    if (oldestFirst.size() > limit) {
      oldestFirst.poll();
    }
  }

  void clear() {
    oldestFirst.clear();
  }

  List<T> newestFirst() {
    List<T> items = new ArrayList<>(oldestFirst);
    items.sort(order.reversed());
    return items;
  }
}
