package dev.traitflow.core.trait;

import dev.traitflow.core.codec.Codec;
import org.jspecify.annotations.Nullable;

/**
 * How the events of a trait become its value. A calculation knows no windows and no conditions: it
 * gets exactly the events that count.
 *
 * <p>Laws, checked for every member of {@link Calculations#ALL}:
 *
 * <ul>
 *   <li>{@code merge(zero(), a) = merge(a, zero()) = a}
 *   <li>{@code merge} is associative, and commutative for accumulators of distinct events
 *   <li>{@code add(a, o) = merge(a, add(zero(), o))}
 *   <li>{@code codec().decode(codec().encode(a)) = a}
 *   <li>{@code result} changes nothing
 *   <li>{@code subtract(add(a, o), o)}, with {@code o} before all events of {@code a}, has the
 *       result of {@code a}, or is null
 *   <li>{@code merge(a, summary(b))} has the result of {@code merge(a, b)}
 * </ul>
 *
 * <p>An accumulator may be mutable: whoever hands one to {@code add}, {@code merge} or {@code
 * subtract} goes on with the answer only.
 *
 * @param <A> the accumulator
 */
public sealed interface Calculation<A>
    permits EventCounter,
        Sum,
        Average,
        Extreme,
        SlidingExtreme,
        MostFrequent,
        FirstValue,
        LastValue,
        UniqueList,
        UniqueListCount,
        ActingUser {

  /** The accumulator of no events; a new one each time if it is mutable. */
  A zero();

  /** Takes in one event that was not taken in before. */
  A add(A accumulator, Occurrence occurrence);

  /** Unites the accumulators of two disjoint sets of events. */
  A merge(A left, A right);

  /** The value as compact JSON; null if these events have none. */
  @Nullable String result(A accumulator);

  /** The value as {@link #result(Object)}, where it depends on what users are now. */
  default @Nullable String result(A accumulator, ActingUsers users) {
    return result(accumulator);
  }

  /** True if the value is that of a part of the events only, because all have too many values. */
  default boolean isTruncated(A accumulator) {
    return false;
  }

  /** The accumulator's bytes. */
  Codec<A> codec();

  /** True if a {@link #summary} is small: then a store may keep those of parts of a history. */
  default boolean isSummarized() {
    return false;
  }

  /** What of an accumulator others need to be merged with. */
  default A summary(A accumulator) {
    return accumulator;
  }

  /**
   * Takes back the oldest of the events that were taken in: they leave in history order. Null if
   * the accumulator alone does not tell what would be left: then the events that remain must be
   * folded again.
   */
  default @Nullable A subtract(A accumulator, Occurrence occurrence) {
    return null;
  }

  /** True if, in a fold in history order, no later event can matter. */
  default boolean isSettled(A accumulator) {
    return false;
  }
}
