package dev.traitflow.core.prediction;

import static dev.traitflow.core.prediction.History.day;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.prediction.DataChecks.Check;
import dev.traitflow.core.prediction.DataChecks.LabelCounts;
import dev.traitflow.core.prediction.DataChecks.TargetDays;
import java.time.LocalDate;
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
        DataChecks.run(BUY, statistics(89, 5, -1), ENOUGH, day(200), TargetDays.EACH).stream()
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
  void fourOfFiveDaysAreEnoughUnlessEachIsAskedFor() {
    assertThat(gaps(every(200, 5, 0), TargetDays.EACH).passed()).isFalse();
    assertThat(gaps(every(200, 5, 0), TargetDays.MOST).passed()).isTrue();
    assertThat(gaps(every(200, 4, 0), TargetDays.MOST).passed()).isFalse();
    assertThat(gaps(every(200, 5, 0), TargetDays.EACH_WEEK).passed()).isTrue();
    assertThat(gaps(new EventStatistics(), TargetDays.MOST).passed()).isTrue();
  }

  @Test
  void missingDaysAreNamedTheLongestGapsFirst() {
    assertThat(gaps(statistics(120, 5, 170), TargetDays.EACH).sentence())
        .isEqualTo(
            "target event: missing on 1 of the last 90 days, at most 1 in a row: "
                + date(170)
                + " (expected at least once every day)");
    assertThat(gaps(every(200, 5, 8), TargetDays.MOST).sentence())
        .contains("missing on 24 of the last 90 days, at most 8 in a row: ")
        .contains(date(140) + " to " + date(147))
        .endsWith(" and 11 shorter gaps (expected on at least 80 % of the days)");
    assertThat(gaps(statistics(120, 5, -1), TargetDays.EACH).sentence())
        .isEqualTo(
            "target event: missing on 0 of the last 90 days, at most 0 in a row"
                + " (expected at least once every day)");
  }

  private static Check gaps(EventStatistics statistics, TargetDays targetDays) {
    return DataChecks.run(BUY, statistics, ENOUGH, day(200), targetDays).stream()
        .filter(check -> check.code().equals("target_event_gaps"))
        .findFirst()
        .orElseThrow();
  }

  private static LocalDate date(int day) {
    return LocalDate.ofEpochDay(Math.floorDiv(day(day), PredictionDefinition.DAY));
  }

  /** The target on all days but one in so many, and but some in a row from day 140 on. */
  private static EventStatistics every(int days, int oneIn, int inARow) {
    History history = new History();
    for (int day = 200 - days; day < 200; day++) {
      history.track("Other", day);
      if (day % oneIn != 0 && (day < 140 || day >= 140 + inARow)) {
        history.track("Bought", day);
      }
    }
    EventStatistics statistics = new EventStatistics();
    history.events().forEach(statistics::add);
    return statistics;
  }

  @Test
  void fourEventTypesAreTooFewAndAnUnknownTargetIsNamed() {
    EventStatistics four = statistics(120, 4, -1);
    PredictionDefinition other = LabelsTest.definition("custom", "event", "Bouhgt");

    assertThat(failed(four, ENOUGH)).containsExactly("too_few_event_types");
    assertThat(DataChecks.run(other, four, ENOUGH, day(200), TargetDays.MOST).get(0).sentence())
        .contains("Bouhgt");
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
    return DataChecks.run(BUY, statistics, labels, day(200), TargetDays.EACH).stream()
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
