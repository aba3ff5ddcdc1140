package dev.traitflow.server.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExactJsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":22.50,\"b\":[1,-0,12345678901234567890]}",
        "{\"v\":1e99999999999999999999}",
        "[1E-999999999,{\"x\":[2e+123456]},3]",
        "1e1000000000",
        "[-2.5E-400,1e401,1E1000,1e99999]",
        "[]"
      })
  void writesTheNumbersOfCallsAsTheyCame(String json) throws IOException {
    JsonNode read = ExactJson.readCall(json.getBytes(UTF_8));
    assertThat(new String(ExactJson.write(read), UTF_8)).isEqualTo(json.replace("-0", "0"));
    assertThat(ExactJson.readCall(json.getBytes(UTF_8))).isEqualTo(read);
  }

  @Test
  void takesNumbersOfAnyLength() throws IOException {
    String json = "[" + "9".repeat(30_000) + ",0." + "1".repeat(30_000) + "]";
    assertThat(new String(ExactJson.write(ExactJson.readCall(json.getBytes(UTF_8))), UTF_8))
        .isEqualTo(json);
  }

  @Test
  void refusesWhatGoesOnBehindTheValue() {
    assertThatThrownBy(() -> ExactJson.readCall("{} 1e99999999".getBytes(UTF_8)))
        .isInstanceOf(IOException.class);
    assertThat(ExactJson.readForeign(new byte[0]))
        .hasValueSatisfying(node -> assertThat(node.isMissingNode()).isTrue());
  }
}
