package dev.traitflow.core.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.definition.Problem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraitExamplesTest {
  private static List<String> check(String type, String examples) {
    String json = "{'key':'k','event':'E'," + type + ",'examples':[" + examples + "]}";
    byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return TraitExamples.check(
            RandomSpace.parse(List.of(NaiveTraits.read(bytes))).get(0), "/traits/0")
        .stream()
        .map(Problem::toString)
        .toList();
  }

  @Test
  void acceptsExamplesThatHold() {
    assertThat(
            check(
                "'type':'aggregation','aggregation':'sum','property':'n','window':{'within':'1d'}",
                "{'events':[{'event':'E','timestamp':'2025-01-01T10:00:00Z','properties':{'n':2.5}}],"
                    + "'at':'2025-01-01','value':null},"
                    + "{'events':[{'event':'E','timestamp':'2025-01-01','properties':{'n':2.5}}],"
                    + "'at':'2025-01-01T23:00:00Z','value':2.50},"
                    + "{'events':[{'event':'E','timestamp':'2025-01-01','properties':{'n':2}}],"
                    + "'at':'2025-02-01','value':0}"))
        .isEmpty();
  }

  @Test
  void saysWhatWasExpectedAndWhatTheEventsGive() {
    assertThat(
            check(
                "'type':'event_counter'",
                "{'events':[{'event':'E','timestamp':'2025-01-01'}],"
                    + "'at':'2025-01-02T00:00:00Z','value':2}"))
        .containsExactly(
            "/traits/0/examples/0/value: the events give 1 at 2025-01-02T00:00:00.000Z"
                + " (expected 2, as the example says)");
  }

  @Test
  void readsPageCallsAsThePipelineDoes() {
    assertThat(
            check(
                "'type':'event_counter'",
                "{'events':[{'type':'track','event':'E','timestamp':'2025-01-01'},"
                    + "{'type':'page','name':'Home','timestamp':'2025-01-01'}],"
                    + "'at':'2025-01-02','value':1}"))
        .isEmpty();
  }

  @Test
  void listsEverythingThatIsWrongWithAnExample() {
    assertThat(
            check(
                "'type':'event_counter'",
                "{'events':[{'event':'E','timestam':'2025-01-01'},"
                    + "{'event':'','timestamp':'2025-01-01'}],'att':'2025-01-02'}"))
        .containsExactly(
            "/traits/0/examples/0/events/0/timestam: is not a known key; did you mean timestamp?",
            "/traits/0/examples/0/events/1: would be refused: event: got an empty text"
                + " (expected a name for a track call)",
            "/traits/0/examples/0/value: is missing (expected the value, or null for none)",
            "/traits/0/examples/0/att: is not a known key; did you mean at?");
  }
}
