package dev.traitflow.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WhiteSpaceTest {
  /** The Unicode property White_Space, and three characters that nobody sees either. */
  private static final String ALL =
      "\t\n\u000B\f\r \u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
          + "\u2009\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF\u200B\u2060";

  @Test
  void stripsWhatUnicodeCallsWhiteSpaceAndWhatNobodySees() {
    for (int i = 0; i < ALL.length(); i++) {
      String space = ALL.substring(i, i + 1);
      assertThat(WhiteSpace.strip(space + ALL + "a b" + ALL + space))
          .as("U+%04X", (int) space.charAt(0))
          .isEqualTo("a b");
      assertThat(WhiteSpace.strip("a" + space + "b")).isEqualTo("a" + space + "b");
    }
    assertThat(WhiteSpace.strip(ALL)).isEmpty();
    assertThat(WhiteSpace.strip("")).isEmpty();
  }

  @Test
  void leavesEveryOtherCharacter() {
    for (char c = 1; c < Character.MIN_SURROGATE; c++) {
      String text = String.valueOf(c);
      assertThat(WhiteSpace.strip(text).isEmpty())
          .as("U+%04X", (int) c)
          .isEqualTo(ALL.contains(text));
    }
    assertThat(WhiteSpace.strip("\u200Ca\u200D")).isEqualTo("\u200Ca\u200D");
  }
}
