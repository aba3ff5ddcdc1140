package dev.traitflow.core.condition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.json.JsonTree;
import dev.traitflow.core.text.Decimals;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"as is \"|`as is `",
        "2.0|2",
        "1E3|1000",
        "-0.0|0",
        "1e500|1e500",
        "true|true",
        "{ \"b\" : 1.50, \"a\" : [ null , \"x\" ] }|{\"b\":1.5,\"a\":[null,\"x\"]}",
        "[\"\\u00e9\\/\\u0001\\n\\\"\"]|[\"\u00e9/\\u0001\\n\\\"\"]",
        "[1E500]|[1E500]",
        "\"\\ud800x\"|\ufffdx",
        "\"\\ud83d\\ude00\"|\ud83d\ude00"
      })
  void isTheTextOfTheRules(String json, String text) {
    assertThat(ValueText.of(JsonTree.parse(json.getBytes(StandardCharsets.UTF_8)))).isEqualTo(text);
  }

  @Test
  void keepsTheLiteralOfANumberThatIsTooLong() {
    String literal = "1." + "0".repeat(2_000);
    var node = JsonTree.parse(literal.getBytes(StandardCharsets.UTF_8));
    assertThat(ValueText.of(node)).isEqualTo(literal);
    assertThat(Decimals.of(node)).isNull();
  }

  @Test
  void writesNoMoreOfALongTextThanIsNeededToSeeThatItIsTooLong() {
    String numbers = "[" + "1e400,".repeat(5_000) + "{\"k\":[1e400]}]";
    var node = JsonTree.parse(numbers.getBytes(StandardCharsets.UTF_8));
    int length = ValueText.of(node).length();
    assertThat(length).isGreaterThan(2_000_000);
    assertThat(ValueText.within(node, length)).isEqualTo(ValueText.of(node));
    assertThat(ValueText.within(node, length - 1)).isNull();
    assertThat(ValueText.within(node, 10)).isNull();
    assertThat(ValueText.within(JsonTree.parse("\"four\"".getBytes(StandardCharsets.UTF_8)), 3))
        .isNull();
  }

  @Test
  void takesBytesThatAreNoJsonForAMissingObject() {
    assertThat(JsonTree.parse("{".getBytes(StandardCharsets.UTF_8)).isMissingNode()).isTrue();
    assertThat(JsonTree.parse(new byte[0]).isMissingNode()).isTrue();
  }
}
