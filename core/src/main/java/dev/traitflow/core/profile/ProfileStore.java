package dev.traitflow.core.profile;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.trait.ActingUsers;
import java.util.function.Predicate;

/**
 * The stored history of one profile, ordered by {@link Event#HISTORY_ORDER}. The engine folds it;
 * the job keeps it in RocksDB, tests, previews and the training job on the heap.
 *
 * <p>Laws: appending an event that is there (same timestamp and messageId) changes nothing; a scan
 * visits each event once, in history order.
 */
public interface ProfileStore {

  /** Stores the event. Cost does not grow with the history. */
  void append(Event event);

  /** True if an event with this timestamp and messageId is stored. */
  boolean contains(long timestamp, String messageId);

  /**
   * Visits the events with {@code fromExclusive < timestamp <= toInclusive} in history order until
   * the visitor answers false. Cost grows with the events of the range (and of the blocks it cuts),
   * not with the history.
   */
  void scan(long fromExclusive, long toInclusive, Predicate<Event> visitor);

  /** What is known of the users whose events these are; of an account's history only. */
  default ActingUsers users() {
    return ActingUsers.UNKNOWN;
  }
}
