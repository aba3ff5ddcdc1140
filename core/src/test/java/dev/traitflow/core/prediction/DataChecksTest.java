package dev.traitflow.core.prediction;

import static dev.traitflow.core.prediction.History.day;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.prediction.DataChecks.Check;
import dev.traitflow.core.prediction.DataChecks.LabelCounts;
import java.util.List;
import org.junit.jupiter.api.Test;

class DataChecksTest {
  private static final PredictionDefinition BUY =
      LabelsTest.definition("custom", "event", "Bought");
  private static final LabelCounts ENOUGH = new LabelCounts(1000, 100, 900);

  @Test
  void goodDataPasses() {
    assertThat(failed(statistics(90, 5, -1), ENOUGH)).isEmpty();
  }

  @Test
  void ninetyNineOfAKindAreTooFew() {
    EventStatistics statistics = statistics(90, 5, -1);

    assertThat(failed(statistics, new LabelCounts(999, 99, 900)))
        .containsExactly("too_few_positives");
    assertThat(failed(statistics, new LabelCounts(999, 900, 99)))
        .containsExactly("too_few_negatives");
    assertThat(failed(statistics, new LabelCounts(1, 900, 100)))
        .containsExactly("cohort_too_small");
    assertThat(failed(statistics, new LabelCounts(10_000_000, 900, 100)))
        .containsExactly("too_many_users");
  }

  @Test
  void saysHowFarTheDataIsFromTheGate() {
    Check check =
        DataChecks.run(BUY, statistics(89, 5, -1), ENOUGH, day(200)).stream()
            .filter(c -> c.code().equals("not_enough_history"))
            .findFirst()
            .orElseThrow();

    assertThat(check.passed()).isFalse();
    assertThat(check.numbers()).containsEntry("found", 89.0).containsEntry("expected", 90.0);
    assertThat(check.sentence())
        .isEqualTo("days of history (three windows): got 89 (expected at least 90)");
  }

  @Test
  void aDayWithoutTheTargetIsAGap() {
    assertThat(failed(statistics(120, 5, 170), ENOUGH)).containsExactly("target_event_gaps");
    assertThat(failed(statistics(120, 5, 100), ENOUGH)).isEmpty();
  }

  @Test
  void fourEventTypesAreTooFewAndAnUnknownTargetIsNamed() {
    EventStatistics four = statistics(120, 4, -1);
    PredictionDefinition other = LabelsTest.definition("custom", "event", "Bouhgt");

    assertThat(failed(four, ENOUGH)).containsExactly("too_few_event_types");
    assertThat(DataChecks.run(other, four, ENOUGH, day(200)).get(0).sentence()).contains("Bouhgt");
    assertThat(failed(new EventStatistics(), ENOUGH)).contains("unknown_event");
  }

  @Test
  void statisticsMergeAndComeBackFromBytes() {
    EventStatistics left = statistics(30, 2, -1);
    EventStatistics right = statistics(500, 3, 150);
    EventStatistics both = statistics(30, 2, -1);
    both.merge(right);
    EventStatistics swapped = statistics(500, 3, 150);
    swapped.merge(left);

    assertThat(both).isEqualTo(swapped);
    assertThat(both.names().values()).anyMatch(n -> n.days().length == EventStatistics.DAYS_MAX);
    assertThat(EventStatistics.CODEC.decode(EventStatistics.CODEC.encode(both))).isEqualTo(both);
  }

  @Test
  void lateAndMergedEventsAreShares() {
    EventStatistics statistics = statistics(30, 2, -1);
    long events = statistics.names().values().stream().mapToLong(each -> each.count()).sum();
    EventStatistics more = new EventStatistics();
    Event event = new History().track("A", 1).events().get(0);
    more.add(received(event, EventStatistics.LATE_MILLIS));
    more.add(received(event, EventStatistics.LATE_MILLIS + 1));
    more.addMerged(3);

    assertThat(new EventStatistics().lateShare()).isZero();
    assertThat(more.lateShare()).isEqualTo(0.5);
    statistics.merge(EventStatistics.CODEC.decode(EventStatistics.CODEC.encode(more)));

    assertThat(statistics.lateShare()).isEqualTo(1.0 / (events + 2));
    assertThat(statistics.mergedShare()).isEqualTo(3 / (events + 2.0));
  }

  private static Event received(Event event, long after) {
    return new Event(
        event.type(),
        event.messageId(),
        event.timestamp(),
        event.timestamp() + after,
        event.source(),
        event.name(),
        null,
        null,
        null,
        null,
        null,
        null,
        event.properties(),
        event.traits(),
        event.context());
  }

  private static List<String> failed(EventStatistics statistics, LabelCounts labels) {
    return DataChecks.run(BUY, statistics, labels, day(200)).stream()
        .filter(check -> !check.passed())
        .map(Check::code)
        .toList();
  }

  /** So many days before day 200, each with the target and others, but one day without target. */
  private static EventStatistics statistics(int days, int types, int without) {
    History history = new History();
    for (int day = 200 - days; day < 200; day++) {
      for (int type = 1; type < types; type++) {
        history.track("Other " + type, day);
      }
      if (day != without) {
        history.track("Bought", day);
      }
    }
    EventStatistics statistics = new EventStatistics();
    history.events().forEach(statistics::add);
    return statistics;
  }
}
