package dev.traitflow.core.space;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptDefinitionTest {
  private static final String SPACE =
      """
      {"id":"spa","name":"S","traits":[{"key":"k","type":"event_counter","event":"E",\
      "conditions":{"all":[{"property":"p","op":"equals","value":%s}]}}]}""";

  @ParameterizedTest
  @ValueSource(
      strings = {"0.1234567890123456789012345", "12345678901234567890.5", "-1E-400", "1E+1000"})
  void keepsTheDigitsOfANumber(String number) {
    SpaceDefinition space = KeptDefinition.read(SPACE.formatted(number).getBytes(UTF_8));
    assertThat(String.valueOf(space.traits().get(0).conditions())).contains(":" + number + "}");
  }

  @Test
  void readsANumberOfManyDigits() {
    String number = "7".repeat(1_001);
    assertThat(KeptDefinition.read(SPACE.formatted(number).getBytes(UTF_8)).traits()).hasSize(1);
  }

  @Test
  void saysWhatIsWrongWithADefinitionThatCannotBeKept() {
    assertThatThrownBy(() -> KeptDefinition.read("{\"id\":\"spa\"}".getBytes(UTF_8)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("/name");
    assertThatThrownBy(() -> KeptDefinition.read("{".getBytes(UTF_8)))
        .isInstanceOf(IllegalStateException.class);
  }
}
