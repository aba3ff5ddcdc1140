package dev.traitflow.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalsTest {
  @ParameterizedTest
  @CsvSource({
    "2.0, 2",
    "1E3, 1000",
    "1e3, 1000",
    "-0.0, 0",
    "-3, -3",
    "19.990, 19.99",
    "+5, 5",
    ".5, 0.5",
    "5., 5",
    "1e-7, 0.0000001",
    "100, 100",
    "00012.5, 12.5"
  })
  void writesPlainDecimalText(String text, String expected) {
    BigDecimal number = Decimals.parse(text);
    assertThat(number).isNotNull();
    assertThat(Decimals.text(number)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " 7",
        "7 ",
        "19,99",
        "$5",
        "true",
        "e5",
        ".",
        "-",
        "1e",
        "1e+",
        "0x10",
        "NaN",
        "Infinity",
        "1.2.3",
        "1_000",
        "\u0663",
        "1e401",
        "1e-401",
        "1e99999999999"
      })
  void takesNoOtherTextForANumber(String text) {
    assertThat(Decimals.parse(text)).isNull();
  }

  @Test
  void limitsDigitsAndExponents() {
    assertThat(Decimals.parse("9".repeat(400))).isNotNull();
    assertThat(Decimals.parse("9".repeat(401))).isNull();
    assertThat(Decimals.parse("1e400")).isNotNull();
    assertThat(Decimals.parse("1e-400")).isNotNull();
    assertThat(Decimals.parse("1e0000400")).isNotNull();
  }
}
