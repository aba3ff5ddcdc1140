package dev.traitflow.core.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.profile.Explanation.NotCounted;
import dev.traitflow.core.profile.Explanation.Reason;
import dev.traitflow.core.trait.ComputedTrait;
import dev.traitflow.core.trait.EventBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExplanationTest {
  private static final long NOON = Instant.parse("2025-03-01T12:00:00Z").toEpochMilli();
  private static final long HOUR = 3_600_000;

  private final HeapProfileStore history = new HeapProfileStore();

  private void event(String id, long at, String properties) {
    history.append(EventBuilder.track("E").id(id).at(at).received(at).with(properties).build());
  }

  private Explanation explain(String definition) {
    String json = definition.replace('\'', '"');
    return Explanation.of(
        ComputedTrait.of(
            RandomSpace.parse(List.of(NaiveTraits.read(json.getBytes(StandardCharsets.UTF_8))))
                .get(0),
            0),
        history,
        NOON,
        10);
  }

  private static List<String> refusals(Explanation explanation) {
    return explanation.notCounted().stream()
        .map(one -> one.event().messageId() + " " + one.reason().wireName())
        .toList();
  }

  @Test
  void saysOnWhichSideOfTheWindowAnEventLies() {
    event("old", NOON - 10 * HOUR, "");
    event("in", NOON - 9 * HOUR, "");
    event("young", NOON - HOUR, "");
    event("future", NOON + 1, "");

    Explanation explanation =
        explain(
            "{'key':'k','type':'event_counter','event':'E','window':{'between':['2 h','10 h']}}");

    assertThat(explanation.value()).isEqualTo("1");
    assertThat(refusals(explanation))
        .containsExactly("future future", "young after_window", "old before_window");
    assertThat(explanation.after()).isEqualTo(NOON - 10 * HOUR);
    assertThat(explanation.until()).isEqualTo(NOON - 2 * HOUR);
  }

  @Test
  void namesTheFirstConditionThatFailsAndWhatTheEventHas() {
    event("cheap", NOON - 2, "{\"plan\":\"pro\",\"revenue\":3}");
    event("free", NOON - 1, "{\"plan\":\"free\",\"revenue\":9}");

    Explanation explanation =
        explain(
            "{'key':'k','type':'event_counter','event':'E','conditions':{'all':["
                + "{'property':'plan','op':'equals','value':'pro'},"
                + "{'any':[{'property':'revenue','op':'greater_than','value':5}]}]}}");

    assertThat(explanation.notCounted())
        .extracting(NotCounted::condition)
        .containsExactly("/conditions/all/0", "/conditions/all/1/any/0");
    assertThat(explanation.notCounted().get(0).found()).containsExactly("\"free\"");
    assertThat(explanation.notCounted().get(1).found()).containsExactly("3");
    assertThat(explanation.matched()).isFalse();
  }

  @Test
  void namesTheGroupIfNoneOfSeveralAlternativesHolds() {
    event("neither", NOON, "{\"a\":1}");

    Explanation explanation =
        explain(
            "{'key':'k','type':'event_counter','event':'E','conditions':{'any':["
                + "{'property':'a','op':'equals','value':2},{'property':'b','op':'exists'}]}}");

    assertThat(explanation.notCounted().get(0).condition()).isEqualTo("/conditions");
    assertThat(explanation.notCounted().get(0).found()).isEmpty();
  }

  @Test
  void tellsMissingValuesFromThoseThatAreNoNumbers() {
    event("none", NOON - 3, "{\"amount\":null}");
    event("words", NOON - 2, "{\"amount\":\"19,99\"}");
    event("number", NOON - 1, "{\"amount\":\"19.99\"}");

    Explanation explanation =
        explain(
            "{'key':'k','type':'aggregation','aggregation':'sum','event':'E',"
                + "'property':'amount'}");

    assertThat(explanation.value()).isEqualTo("19.99");
    assertThat(refusals(explanation))
        .containsExactly("words property_not_numeric", "none property_missing");
    assertThat(explanation.notCounted().get(0).found()).containsExactly("\"19,99\"");
    assertThat(explanation.counted().get(0).values().get(0).text()).isEqualTo("19.99");
  }

  @Test
  void tellsOlderSessionsFromTheLastOneWhichIsOver() {
    event("first", NOON - 5 * HOUR, "");
    event("second", NOON - 2 * HOUR, "");

    Explanation closed =
        explain("{'key':'k','type':'event_counter','event':'E','window':{'session':'60 m'}}");

    assertThat(closed.value()).isEqualTo("0");
    assertThat(refusals(closed)).containsExactly("second session_closed", "first older_session");
    assertThat(closed.closesAt()).isEqualTo(NOON - HOUR);
    Explanation open =
        explain("{'key':'k','type':'event_counter','event':'E','window':{'session':'150 m'}}");
    assertThat(open.value()).isEqualTo("1");
    assertThat(open.notCountedTotals()).isEqualTo(Map.of(Reason.OLDER_SESSION, 1L));
  }

  @Test
  void leavesOutWhatWasReceivedBeforeATraitWithoutBackfill() {
    event("before", NOON - 2, "");
    event("after", NOON, "");

    Explanation explanation =
        explain(
            "{'key':'k','type':'event_counter','event':'E','backfill':false,'created_at':"
                + (NOON - 1)
                + "}");

    assertThat(explanation.value()).isEqualTo("1");
    assertThat(refusals(explanation)).containsExactly("before before_creation");
  }

  @Test
  void pointsAtTheOneEventALastOrGreatestValueComesFrom() {
    event("a", NOON - 3, "{\"n\":7}");
    event("b", NOON - 2, "{\"n\":9}");
    event("c", NOON - 1, "{\"n\":7}");

    Explanation last = explain("{'key':'k','type':'last','event':'E','property':'n'}");
    Explanation greatest =
        explain("{'key':'k','type':'aggregation','aggregation':'max','event':'E','property':'n'}");

    assertThat(last.decisive()).isNotNull().extracting(e -> e.messageId()).isEqualTo("c");
    assertThat(greatest.decisive()).isNotNull().extracting(e -> e.messageId()).isEqualTo("b");
  }
}
