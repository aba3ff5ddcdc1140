package dev.traitflow.core.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The rules by which JSON values are exact decimals. One number has one text whatever way it was
 * written, so that counts and comparisons by text hold for numbers too.
 */
public final class Decimals {
  /** Greatest magnitude of a written exponent, and greatest number of written digits. */
  public static final int LIMIT = 400;

  private static final int SHOWN_CHARS_MAX = 20;

  private Decimals() {}

  /** What is wrong with a literal that {@link #parse} does not take where a number must be. */
  public static String beyondLimits(String literal) {
    String shown =
        literal.length() <= SHOWN_CHARS_MAX
            ? literal
            : literal.substring(0, SHOWN_CHARS_MAX) + "... (" + literal.length() + " characters)";
    return "got the number "
        + shown
        + " (expected at most "
        + LIMIT
        + " digits and an exponent from -"
        + LIMIT
        + " to "
        + LIMIT
        + ")";
  }

  /**
   * Returns the number that the whole of {@code text} writes, or null if it writes none: ASCII
   * digits with an optional sign, point and exponent, no blanks, within {@link #LIMIT}.
   */
  public static @Nullable BigDecimal parse(String text) {
    int end = text.length();
    int at = end > 0 && isSign(text.charAt(0)) ? 1 : 0;
    int whole = digits(text, at);
    int mantissa = whole;
    at += whole;
    if (at < end && text.charAt(at) == '.') {
      int fraction = digits(text, at + 1);
      mantissa += fraction;
      at += 1 + fraction;
    }
    if (mantissa == 0 || mantissa > LIMIT) {
      return null;
    }
    if (at < end && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      at++;
      at += at < end && isSign(text.charAt(at)) ? 1 : 0;
      int exponent = digits(text, at);
      if (exponent == 0 || magnitude(text, at, at + exponent) > LIMIT) {
        return null;
      }
      at += exponent;
    }
    return at == end ? new BigDecimal(text) : null;
  }

  /**
   * Returns the number of a JSON value: a JSON number, or a string that {@link #parse} takes; null
   * for everything else.
   */
  public static @Nullable BigDecimal of(JsonNode value) {
    if (value.isNumber()) {
      return value.decimalValue();
    }
    return value.isTextual() ? parse(value.textValue()) : null;
  }

  /**
   * The plain text: no exponent, no trailing zeros after the point, no plus sign, no minus zero.
   */
  public static String text(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  private static int digits(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at - from;
  }

  private static int magnitude(String text, int from, int to) {
    int value = 0;
    for (int i = from; i < to && value <= LIMIT; i++) {
      value = value * 10 + (text.charAt(i) - '0');
    }
    return value;
  }

  private static boolean isSign(char c) {
    return c == '+' || c == '-';
  }
}
