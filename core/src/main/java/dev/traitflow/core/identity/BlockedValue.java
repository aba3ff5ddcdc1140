package dev.traitflow.core.identity;

import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A value, or a pattern of values, that identifies nobody: {@code null}, {@code anonymous}, a row
 * of zeros. A class rather than a record because compiled patterns do not compare.
 */
public final class BlockedValue {
  /**
   * Rows of zeros and dashes. As an expression it would be the dearest step of an event that
   * changes nothing, since every identifier is held against it: so it is a loop.
   */
  static final BlockedValue ZEROS =
      new BlockedValue("^[0-]*$", true, BlockedValue::isOfZeros, 1, "");

  private final String text;
  private final boolean isRegex;
  private final Predicate<String> matcher;
  private final int steps;
  private final String problem;

  private BlockedValue(
      String text, boolean isRegex, Predicate<String> matcher, int steps, String problem) {
    this.text = text;
    this.isRegex = isRegex;
    this.matcher = matcher;
    this.steps = steps;
    this.problem = problem;
  }

  /** Blocks one value, normalised as identifiers are, compared exactly. */
  public static BlockedValue exact(String value) {
    return new BlockedValue(value, false, value::equals, 0, "");
  }

  /**
   * Blocks every value in which the expression, of RE2's syntax, finds a match; anchor it to mean
   * whole values.
   *
   * @throws RefusedExpressionException if it is none, or too large
   */
  public static BlockedValue regex(String expression) throws RefusedExpressionException {
    if (expression.equals(ZEROS.text)) {
      return ZEROS;
    }
    LinearPattern pattern = LinearPattern.compile(expression);
    return new BlockedValue(expression, true, pattern::isIn, pattern.steps(), "");
  }

  /** Blocks some words without regard to case; shown as the expression that does the same. */
  static BlockedValue words(String... words) {
    Set<String> all = Set.of(words);
    int longest = all.stream().mapToInt(String::length).max().orElse(0);
    return new BlockedValue(
        Stream.of(words)
            .map(word -> word.replaceAll("[^a-z0-9_ ]", "\\\\$0"))
            .collect(Collectors.joining("|", "(?i)^(", ")$")),
        true,
        value -> value.length() <= longest && all.contains(value.toLowerCase(Locale.ROOT)),
        0,
        "");
  }

  /**
   * An expression that was saved before expressions had to run in linear time, and cannot: it
   * blocks nothing.
   */
  static BlockedValue never(String expression, String problem) {
    return new BlockedValue(expression, true, value -> false, 0, problem);
  }

  private static boolean isOfZeros(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) != '0' && value.charAt(i) != '-') {
        return false;
      }
    }
    return true;
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
    return steps;
  }

  /** True if {@code value} is blocked. */
  public boolean matches(String value) {
    return matcher.test(value);
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
