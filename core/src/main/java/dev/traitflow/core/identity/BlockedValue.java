package dev.traitflow.core.identity;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A value, or a pattern of values, that identifies nobody: {@code null}, {@code anonymous}, a row
 * of zeros. A class rather than a record because compiled patterns do not compare.
 */
public final class BlockedValue {
  /**
   * Patterns are tried on values up to this many characters. The JDK's matcher recurses, and one
   * long value must not be able to overflow the stack of the job.
   */
  static final int PATTERN_CHARS_MAX = 1024;

  private final String text;
  private final @Nullable Pattern pattern;

  private BlockedValue(String text, @Nullable Pattern pattern) {
    this.text = text;
    this.pattern = pattern;
  }

  /** Blocks one value, compared exactly. */
  public static BlockedValue exact(String value) {
    return new BlockedValue(value, null);
  }

  /**
   * Blocks every value in which the expression finds a match; anchor it to mean whole values.
   *
   * @throws java.util.regex.PatternSyntaxException if it is no regular expression
   */
  public static BlockedValue regex(String expression) {
    return new BlockedValue(expression, Pattern.compile(expression));
  }

  /** The value or the regular expression. */
  public String text() {
    return text;
  }

  /** True for a regular expression. */
  public boolean isRegex() {
    return pattern != null;
  }

  /** True if {@code value} is blocked. */
  public boolean matches(String value) {
    return pattern == null
        ? text.equals(value)
        : value.length() <= PATTERN_CHARS_MAX && pattern.matcher(value).find();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BlockedValue that
        && text.equals(that.text)
        && isRegex() == that.isRegex();
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return isRegex() ? "/" + text + "/" : text;
  }
}
