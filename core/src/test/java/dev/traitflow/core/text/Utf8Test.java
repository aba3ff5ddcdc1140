package dev.traitflow.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf8Test {
  @ParameterizedTest
  @CsvSource({
    "kim\\ud83d@x.io, kim\\ufffd@x.io",
    "\\ude00, \\ufffd",
    "\\ude00\\ud83d, \\ufffd\\ufffd",
    "a\\ud83d\\ude00b, a\\ud83d\\ude00b",
    "a\\ud83d\\ud83d\\ude00, a\\ufffd\\ud83d\\ude00",
    "plain, plain"
  })
  void halfASurrogatePairReadsAsTheReplacementCharacter(String text, String expected) {
    assertThat(Utf8.wellFormed(unescaped(text))).isEqualTo(unescaped(expected));
  }

  private static String unescaped(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.startsWith("\\u", i)) {
        out.append((char) Integer.parseInt(text.substring(i + 2, i + 6), 16));
        i += 5;
      } else {
        out.append(text.charAt(i));
      }
    }
    return out.toString();
  }
}
