package dev.traitflow.bench;

import org.jspecify.annotations.Nullable;

/**
 * One row of the answer: what was measured, beside its opponent if it has one.
 *
 * @param benchmark letter of the benchmark
 * @param what what was measured, in a few words
 * @param ours our number
 * @param opponent the opponent's number, NaN if there is none
 * @param unit of both
 * @param ratio the number the target is about, NaN if there is none
 * @param target what the ratio should be, or null if the row only informs
 */
public record Figure(
    String benchmark,
    String what,
    double ours,
    double opponent,
    String unit,
    double ratio,
    @Nullable Target target) {

  /**
   * A bound on a ratio.
   *
   * @param atLeast true if the ratio must not be below the bound, false if not above
   * @param bound the bound
   */
  public record Target(boolean atLeast, double bound) {
    boolean isMet(double ratio) {
      return atLeast ? ratio >= bound : ratio <= bound;
    }
  }

  /** A number for information. */
  static Figure number(String benchmark, String what, double ours, String unit) {
    return new Figure(benchmark, what, ours, Double.NaN, unit, Double.NaN, null);
  }

  /** A number beside another's, for information. */
  static Figure beside(String benchmark, String what, double ours, double opponent, String unit) {
    return new Figure(benchmark, what, ours, opponent, unit, ours / opponent, null);
  }

  /** A number that is itself to stay below a bound. */
  static Figure below(String benchmark, String what, double ours, String unit, double bound) {
    return new Figure(benchmark, what, ours, Double.NaN, unit, ours, new Target(false, bound));
  }

  /** A ratio of ours to the opponent's that is to be at least something. */
  static Figure atLeast(
      String benchmark, String what, double ours, double opponent, String unit, double bound) {
    return new Figure(
        benchmark, what, ours, opponent, unit, ours / opponent, new Target(true, bound));
  }

  /** A ratio of ours to the opponent's that is to be at most something. */
  static Figure atMost(
      String benchmark, String what, double ours, double opponent, String unit, double bound) {
    return new Figure(
        benchmark, what, ours, opponent, unit, ours / opponent, new Target(false, bound));
  }

  /** True if the target is met or there is none. */
  boolean isMet() {
    return target == null || target.isMet(ratio);
  }
}
