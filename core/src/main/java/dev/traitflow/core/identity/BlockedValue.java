package dev.traitflow.core.identity;

import org.jspecify.annotations.Nullable;

/**
 * A value, or a pattern of values, that identifies nobody: {@code null}, {@code anonymous}, a row
 * of zeros. A class rather than a record because compiled patterns do not compare.
 */
public final class BlockedValue {
  private final String text;
  private final boolean isRegex;
  private final @Nullable LinearPattern pattern;
  private final String problem;

  private BlockedValue(
      String text, boolean isRegex, @Nullable LinearPattern pattern, String problem) {
    this.text = text;
    this.isRegex = isRegex;
    this.pattern = pattern;
    this.problem = problem;
  }

  /** Blocks one value, normalised as identifiers are, compared exactly. */
  public static BlockedValue exact(String value) {
    return new BlockedValue(value, false, null, "");
  }

  /**
   * Blocks every value in which the expression, of RE2's syntax, finds a match; anchor it to mean
   * whole values.
   *
   * @throws RefusedExpressionException if it is none, or too large
   */
  public static BlockedValue regex(String expression) throws RefusedExpressionException {
    return new BlockedValue(expression, true, LinearPattern.compile(expression), "");
  }

  /** An expression of this program's own. */
  static BlockedValue suggested(String expression) {
    try {
      return regex(expression);
    } catch (RefusedExpressionException e) {
      throw new IllegalStateException(expression + ": cannot be run (expected it to)", e);
    }
  }

  /**
   * An expression that was saved before expressions had to run in linear time, and cannot: it
   * blocks nothing.
   */
  static BlockedValue never(String expression, String problem) {
    return new BlockedValue(expression, true, null, problem);
  }

  /** The value or the regular expression. */
  public String text() {
    return text;
  }

  /** True for a regular expression. */
  public boolean isRegex() {
    return isRegex;
  }

  /** Why the expression blocks nothing; empty if it does its work. */
  public String problem() {
    return problem;
  }

  /** How many steps the expression's program has; 0 for a value. */
  int steps() {
    return pattern == null ? 0 : pattern.steps();
  }

  /** True if {@code value} is blocked. */
  public boolean matches(String value) {
    return isRegex ? pattern != null && pattern.isIn(value) : text.equals(value);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BlockedValue that && text.equals(that.text) && isRegex == that.isRegex;
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return isRegex ? "/" + text + "/" : text;
  }
}
