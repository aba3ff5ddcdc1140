package dev.traitflow.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;

final class CellsTest {
  @Test
  void writesNumbersExactlyAndWithoutExponent() {
    assertThat(Cells.text(new BigDecimal("1E+3"))).isEqualTo("1000");
    assertThat(Cells.text(0.1)).isEqualTo("0.1");
    assertThat(Cells.text(7L)).isEqualTo("7");
  }

  @Test
  void writesTextsBareOnOneLine() {
    assertThat(Cells.text("a \"b\"\nc")).isEqualTo("a \"b\" c");
    assertThat(Cells.text(Instant.EPOCH)).isEqualTo("1970-01-01T00:00:00Z");
    assertThat(Cells.text(new byte[] {1, 2})).isEqualTo("AQI=");
    assertThat(Cells.text(null)).isEqualTo("NULL");
    assertThat(Cells.text(true)).isEqualTo("true");
  }

  @Test
  void writesNestedValuesAsJson() {
    Row named = Row.withNames();
    named.setField("type", "email");
    assertThat(Cells.text(new Object[] {named, Row.of("a", null), Double.NaN}))
        .isEqualTo("[{\"type\":\"email\"},{\"f0\":\"a\",\"f1\":null},\"NaN\"]");
  }
}
