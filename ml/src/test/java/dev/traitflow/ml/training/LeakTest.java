package dev.traitflow.ml.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.prediction.EventStatistics;
import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.prediction.FeatureSet;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.prediction.TrainingRow;
import dev.traitflow.ml.training.TrainingOutcome.Trained;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A signal that only the future holds must not be found. */
class LeakTest {
  private static final long DAY = PredictionDefinition.DAY;

  /** Leaving a name out leaves out the totals too: few columns, so that many rows cost little. */
  private static final PredictionDefinition GOAL =
      Shop.definition(
          "{\"key\":\"goal\",\"kind\":\"custom\",\"events\":[\"Goal\"],\"window_days\":15,"
              + "\"exclude_events\":[\"Session Started\"]}");

  /** Windows do not overlap: what one holds says nothing about the next. */
  private static final long[] CUTOFFS = {Shop.NOW, Shop.NOW - 15 * DAY, Shop.NOW - 30 * DAY};

  private static final int PEOPLE = 4500;

  @Test
  void aSignalPlantedInTheFutureOnlyGivesAnAucOfOneHalf() {
    assertThat(auc(0)).isBetween(0.48, 0.52);
  }

  @Test
  void theSameSignalAMomentBeforeTheCutoffIsFound() {
    assertThat(auc(-1)).isGreaterThan(0.99);
  }

  @Test
  void rowsAreBitwiseTheSameWhenNothingAtOrAfterTheCutExists() {
    Random random = new Random(3);
    for (int person = 0; person < 200; person++) {
      List<Event> events = history(person, random, 0);
      List<Event> known = events.stream().filter(event -> event.timestamp() < Shop.NOW).toList();
      assertThat(rows(person, events)).isEqualTo(rows(person, known)).isNotEmpty();

      // An older row's features: its labels look ahead, and nothing else may.
      long cutoff = CUTOFFS[1];
      List<Event> before = events.stream().filter(event -> event.timestamp() < cutoff).toList();
      assertThat(features(person, events, cutoff)).isEqualTo(features(person, before, cutoff));
    }
  }

  private static List<String> rows(int person, List<Event> events) {
    return TrainingRow.of("s", "p" + person, events, List.of(GOAL), CUTOFFS, Shop.NOW).stream()
        .map(row -> HexFormat.of().formatHex(TrainingRow.CODEC.encode(row)))
        .toList();
  }

  private static String features(int person, List<Event> events, long cutoff) {
    FeatureBlock block = FeatureSet.extract("s", "p" + person, true, events, cutoff);
    return HexFormat.of().formatHex(FeatureBlock.CODEC.encode(block));
  }

  private static double auc(long tellOffset) {
    EventStatistics statistics = new EventStatistics();
    List<TrainingRow> rows = new ArrayList<>();
    Random random = new Random(99);
    for (int person = 0; person < PEOPLE; person++) {
      List<Event> events = history(person, random, tellOffset);
      events.removeIf(event -> event.timestamp() >= Shop.NOW);
      events.forEach(statistics::add);
      rows.addAll(TrainingRow.of("s", "p" + person, events, List.of(GOAL), CUTOFFS, Shop.NOW));
    }
    rows.sort((one, other) -> Long.compare(one.cutoff(), other.cutoff()));
    TrainingOutcome outcome =
        PredictionTraining.train(GOAL, rows, Shop.NOW, 1, statistics, true, TrainingProgress.NONE);
    var card = ((Trained) outcome).bundle().card();
    return card.at("/metrics/model/auc").asDouble();
  }

  /** Heads or tails decides the goal of each window; a tell at its start gives it away. */
  private static List<Event> history(int person, Random random, long tellOffset) {
    List<Event> events = new ArrayList<>();
    events.add(event(person, "Session Started", Shop.NOW - 90 * DAY + random.nextInt(1000), 0));
    for (int window = 0; window < 6; window++) {
      long start = Shop.NOW - window * 15L * DAY;
      if (random.nextBoolean()) {
        events.add(event(person, "Tell", start + tellOffset, window));
        events.add(event(person, "Goal", start + DAY + random.nextInt((int) DAY), window));
      }
    }
    events.sort(Event.HISTORY_ORDER);
    return events;
  }

  private static Event event(int person, String name, long time, int number) {
    return new Event(
        EventType.TRACK,
        person + name + number,
        time,
        time,
        "web",
        name,
        "p" + person,
        null,
        null,
        null,
        null,
        null,
        Event.NONE,
        Event.NONE,
        Event.NONE);
  }
}
