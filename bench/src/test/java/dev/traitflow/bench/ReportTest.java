package dev.traitflow.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final List<Figure> FIGURES =
      List.of(
          Figure.atLeast("a", "fast enough", 600, 1_000, "events/s", 0.6),
          Figure.atMost("c", "too slow", 2, 1, "us", 1.5),
          Figure.number("g", "for information", 123, "bytes"));

  @Test
  void theTableSaysWhatWasMetAndWhatWasMissed() {
    StringWriter text = new StringWriter();
    Report.table(FIGURES, List.of("A note."), new PrintWriter(text));
    assertThat(text.toString().lines())
        .anyMatch(line -> line.contains("fast enough") && line.endsWith("met"))
        .anyMatch(line -> line.contains("too slow") && line.endsWith("MISSED"))
        .anyMatch(line -> line.contains("for information") && line.endsWith("bytes"))
        .contains("A note.");
  }

  @Test
  void theDocumentHasTheSameFigures() throws Exception {
    StringWriter text = new StringWriter();
    Report.json(FIGURES, List.of(), true, new PrintWriter(text));
    JsonNode document = new JsonMapper().readTree(text.toString());
    assertThat(document.at("/figures/0/ratio").doubleValue()).isEqualTo(0.6);
    assertThat(document.at("/figures/0/met").booleanValue()).isTrue();
    assertThat(document.at("/figures/1/met").booleanValue()).isFalse();
    assertThat(document.at("/figures/2").has("ratio")).isFalse();
  }
}
