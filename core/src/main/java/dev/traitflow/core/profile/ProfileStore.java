package dev.traitflow.core.profile;

import dev.traitflow.core.condition.EventFields;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventNames;
import dev.traitflow.core.trait.ActingUsers;
import dev.traitflow.core.trait.ComputedTrait;
import dev.traitflow.core.trait.Occurrence;
import dev.traitflow.core.trait.Tally;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The stored history of one profile, ordered by {@link Event#HISTORY_ORDER}. The engine folds it;
 * the job keeps it in RocksDB, tests, previews and the training job on the heap.
 *
 * <p>Law: a scan visits each event once, in history order.
 */
public interface ProfileStore {

  /**
   * Stores an event that is not there (same timestamp and messageId); where it may be, ask {@link
   * #contains} first. Cost does not grow with the history.
   */
  void append(Event event);

  /** True if an event with this timestamp and messageId is stored. */
  boolean contains(long timestamp, String messageId);

  /**
   * Visits the events with {@code fromExclusive < timestamp <= toInclusive} in history order until
   * the visitor answers false. Cost grows with the events of the range (and of the blocks it cuts),
   * not with the history.
   */
  void scan(long fromExclusive, long toInclusive, Predicate<Event> visitor);

  /** As {@link #scan(long, long, Predicate)}, for the events with one of these names alone. */
  default void scan(
      long fromExclusive, long toInclusive, EventNames names, Predicate<Event> visitor) {
    scan(fromExclusive, toInclusive, event -> !names.contains(event) || visitor.test(event));
  }

  /**
   * Returns a timestamp after {@code timestamp} and not after that of the next event with one of
   * the names; {@link Long#MAX_VALUE} if there is none. Looks at a bounded number of events.
   */
  default long nextAfter(long timestamp, EventNames names) {
    long[] next = {Long.MAX_VALUE};
    scan(
        timestamp,
        Long.MAX_VALUE,
        names,
        event -> {
          next[0] = event.timestamp();
          return false;
        });
    return next[0];
  }

  /**
   * Folds the trait's events with {@code fromExclusive < timestamp <= toInclusive} anew.
   *
   * @param skipped an event that does not count yet, or null
   */
  default Tally<?> fold(
      ComputedTrait trait, long fromExclusive, long toInclusive, @Nullable Event skipped) {
    Tally<?> tally = trait.start();
    scan(
        fromExclusive,
        toInclusive,
        trait.names(),
        event -> {
          add(trait, tally, event, skipped);
          return !tally.isSettled();
        });
    return tally;
  }

  /** Adds an event of the trait's name to the tally if it takes part. */
  static void add(ComputedTrait trait, Tally<?> tally, Event event, @Nullable Event skipped) {
    if (!isSame(event, skipped)) {
      Occurrence occurrence = trait.occurrence(new EventFields(event));
      if (occurrence != null) {
        tally.add(occurrence);
      }
    }
  }

  /** True if the second is there and is the first. */
  static boolean isSame(Event event, @Nullable Event other) {
    return other != null
        && event.timestamp() == other.timestamp()
        && event.messageId().equals(other.messageId());
  }

  /** What is known of the users whose events these are; of an account's history only. */
  default ActingUsers users() {
    return ActingUsers.UNKNOWN;
  }
}
