package dev.traitflow.core.trait;

import org.jspecify.annotations.Nullable;

/**
 * A calculation and its accumulator, so that one who folds many traits need not know the types of
 * their accumulators. Mutable, not thread-safe.
 *
 * @param <A> the accumulator
 */
public final class Tally<A> {
  private final Calculation<A> calculation;
  private A accumulator;

  private Tally(Calculation<A> calculation, A accumulator) {
    this.calculation = calculation;
    this.accumulator = accumulator;
  }

  static <A> Tally<A> start(Calculation<A> calculation) {
    return new Tally<>(calculation, calculation.zero());
  }

  static <A> Tally<A> resume(Calculation<A> calculation, byte[] bytes) {
    return new Tally<>(calculation, calculation.codec().decode(bytes));
  }

  /** Takes in one event that was not taken in before. */
  public void add(Occurrence occurrence) {
    accumulator = calculation.add(accumulator, occurrence);
  }

  /**
   * Takes back one event that was taken in. False if that cannot be done; then the tally must not
   * be used any more.
   */
  public boolean subtract(Occurrence occurrence) {
    A left = calculation.subtract(accumulator, occurrence);
    if (left == null) {
      return false;
    }
    accumulator = left;
    return true;
  }

  /** Takes in the events of a {@link #summary} of the same calculation, none taken in before. */
  public void merge(byte[] summary) {
    accumulator = calculation.merge(accumulator, calculation.codec().decode(summary));
  }

  /** The bytes that {@link #merge} needs of these events. */
  public byte[] summary() {
    return calculation.codec().encode(calculation.summary(accumulator));
  }

  /** The value as compact JSON; null if the events taken in have none. */
  public @Nullable String result(ActingUsers users) {
    return calculation.result(accumulator, users);
  }

  /** True if the value is that of a part of the events only; see {@link Calculation}. */
  public boolean isTruncated() {
    return calculation.isTruncated(accumulator);
  }

  /** True if, in a fold in history order, no later event can matter. */
  public boolean isSettled() {
    return calculation.isSettled(accumulator);
  }

  /** The accumulator's bytes. */
  public byte[] encode() {
    return calculation.codec().encode(accumulator);
  }
}
