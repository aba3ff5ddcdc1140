package dev.traitflow.core.profile;

import dev.traitflow.core.condition.PropertyValue;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.trait.ComputedTrait;
import dev.traitflow.core.trait.TraitDefinition;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a computed trait of one profile has the value it has at an instant: which events count, and
 * of the others of the same name why each does not.
 *
 * <p>Laws: the value is the one the engine's fold gives; the events that count, folded without
 * window and conditions, give it too; every track, page and screen call of the name is counted or
 * has one reason, so that the totals add up to their number.
 *
 * @param definition what was asked for
 * @param now the instant, epoch milliseconds
 * @param value the value as compact JSON; null if there is none
 * @param truncated true if the value is that of a part of the events, which have too many values
 * @param matched false if no event ever took part, so that the trait was never there
 * @param after events up to this instant are too old for the window; null without a window. Of a
 *     session, the instant before its first event; null if there never was one
 * @param until the newest instant the window takes in now; null without a window. Of a session, its
 *     last event; null if there never was one
 * @param closesAt when the session closes, or closed; null without a session
 * @param countedTotal how many events count
 * @param counted the newest of them, the newest first
 * @param notCountedTotals how many do not, by reason; reasons without events are left out
 * @param notCounted the newest of them, the newest first
 * @param decisive the one event the value comes from: of a first, last, smallest or greatest value;
 *     else null
 */
public record Explanation(
    TraitDefinition definition,
    long now,
    @Nullable String value,
    boolean truncated,
    boolean matched,
    @Nullable Long after,
    @Nullable Long until,
    @Nullable Long closesAt,
    long countedTotal,
    List<Counted> counted,
    Map<Reason, Long> notCountedTotals,
    List<NotCounted> notCounted,
    @Nullable Event decisive) {

  /** Why an event does not count. */
  public enum Reason {
    /** It was received before a trait without backfill was created. */
    BEFORE_CREATION,
    /** It is not tagged with the account, and only such events count. */
    NOT_TAGGED,
    /** It fails a condition. */
    CONDITION,
    /** It has no value at the property. */
    PROPERTY_MISSING,
    /** None of its values is a number. */
    PROPERTY_NOT_NUMERIC,
    /** None of its values is an array. */
    PROPERTY_NOT_AN_ARRAY,
    /** Each of its values is longer as text than any may be. */
    VALUE_TOO_LONG,
    /** It lies in the future; windows take it in when its time comes. */
    FUTURE,
    /** It is too old for the window. */
    BEFORE_WINDOW,
    /** It is not old enough for the window yet. */
    AFTER_WINDOW,
    /** It belongs to a session before the last one. */
    OLDER_SESSION,
    /** It belongs to the last session, which is over. */
    SESSION_CLOSED;

    /** The name in answers. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * An event that counts.
   *
   * @param event the event
   * @param values its usable values; empty for event counters
   */
  public record Counted(Event event, List<PropertyValue> values) {
    public Counted {
      values = List.copyOf(values);
    }
  }

  /**
   * An event that does not count.
   *
   * @param event the event
   * @param reason why
   * @param condition JSON pointer of the failed condition in the definition; else null
   * @param found what the event has, as compact JSON, at the property the reason is about
   */
  public record NotCounted(
      Event event, Reason reason, @Nullable String condition, List<String> found) {
    public NotCounted {
      found = List.copyOf(found);
    }
  }

  public Explanation {
    counted = List.copyOf(counted);
    notCounted = List.copyOf(notCounted);
    Map<Reason, Long> totals = new EnumMap<>(Reason.class);
    totals.putAll(notCountedTotals);
    notCountedTotals = Collections.unmodifiableMap(totals);
  }

  /**
   * Explains a trait. Cost: one scan of the history; what is kept does not grow with it.
   *
   * @param history the profile's events; to explain the past, only those up to {@code now}
   * @param now the instant the windows are judged at, epoch milliseconds
   * @param limit the greatest number of events in each list, from 1
   */
  public static Explanation of(ComputedTrait trait, ProfileStore history, long now, int limit) {
    ExplanationFold fold = new ExplanationFold(trait, history.users(), now, limit);
    history.scan(
        -1,
        Long.MAX_VALUE,
        event -> {
          fold.take(event);
          return true;
        });
    return fold.end();
  }
}
