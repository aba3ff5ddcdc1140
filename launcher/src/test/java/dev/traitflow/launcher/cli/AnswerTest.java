package dev.traitflow.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server answers is read and printed, whatever values its profiles have. */
class AnswerTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e1000",
        "-2.5E-20000",
        "[1e401,1e9999,1e99999,1e100000,1e99999999999]",
        "22.50",
        "-0.0000000000000000000000000000001",
        "12345678901234567890123",
        "true"
      })
  void printsValuesAsTheyCame(String value) throws IOException {
    assertThat(printed("{\"traits\":{\"v\":" + value + "}}"))
        .isEqualTo("{\"traits\":{\"v\":" + value + "}}");
  }

  @ParameterizedTest
  @ValueSource(ints = {1_001, 30_000})
  void printsNumbersOfAnyLength(int digits) throws IOException {
    String json = "{\"v\":[" + "7".repeat(digits) + ",0." + "3".repeat(digits) + "]}";
    assertThat(printed(json)).isEqualTo(json);
  }

  @ParameterizedTest
  @ValueSource(ints = {990, 1_100})
  void printsValuesThatNestAsDeepAsCallsMayAndTheAnswerAroundThem(int depth) throws IOException {
    String json = "[".repeat(depth) + "]".repeat(depth);
    assertThat(printed(json)).isEqualTo(json);
  }

  private static String printed(String json) throws IOException {
    StringWriter out = new StringWriter();
    Answer.print(Answer.read(json), new PrintWriter(out));
    return out.toString().strip();
  }
}
