package dev.traitflow.core.text;

/**
 * What is not seen around a value: the Unicode property White_Space, and the characters of no width
 * U+FEFF, U+200B and U+2060. Copied from pages and spreadsheets they would make two values of one.
 * {@link String#strip} knows neither these three nor the spaces that do not break.
 */
public final class WhiteSpace {
  private WhiteSpace() {}

  /** The text without white space at its ends. */
  public static String strip(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && contains(text.charAt(from))) {
      from++;
    }
    while (to > from && contains(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean contains(char c) {
    if (c < 0x85) {
      return c == ' ' || (c >= '\t' && c <= '\r');
    }
    return switch (c) {
      case 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF, 0x2060 -> true;
      default -> c >= 0x2000 && c <= 0x200B;
    };
  }
}
