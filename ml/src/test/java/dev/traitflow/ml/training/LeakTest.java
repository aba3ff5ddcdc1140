package dev.traitflow.ml.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.prediction.EventStatistics;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.prediction.TrainingRow;
import dev.traitflow.ml.training.TrainingOutcome.Trained;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A signal that only the future holds must not be found. */
class LeakTest {
  private static final long DAY = PredictionDefinition.DAY;
  private static final PredictionDefinition GOAL =
      Shop.definition(
          "{\"key\":\"goal\",\"kind\":\"custom\",\"events\":[\"Goal\"],\"window_days\":15}");

  /** Windows do not overlap: what one holds says nothing about the next. */
  private static final long[] CUTOFFS = {Shop.NOW, Shop.NOW - 15 * DAY, Shop.NOW - 30 * DAY};

  @Test
  void aSignalPlantedInTheFutureOnlyGivesAnAucOfOneHalf() {
    assertThat(auc(0)).isBetween(0.48, 0.52);
  }

  @Test
  void theSameSignalAMomentBeforeTheCutoffIsFound() {
    assertThat(auc(-1)).isGreaterThan(0.99);
  }

  /** Heads or tails decides the goal of each window; a tell at its start gives it away. */
  private static double auc(long tellOffset) {
    EventStatistics statistics = new EventStatistics();
    List<TrainingRow> rows = new ArrayList<>();
    Random random = new Random(99);
    for (int person = 0; person < 8000; person++) {
      List<Event> events = new ArrayList<>();
      events.add(event(person, "Session Started", Shop.NOW - 90 * DAY + random.nextInt(1000), 0));
      for (int window = 1; window < 6; window++) {
        long start = Shop.NOW - window * 15L * DAY;
        if (random.nextBoolean()) {
          events.add(event(person, "Tell", start + tellOffset, window));
          events.add(event(person, "Goal", start + DAY + random.nextInt((int) DAY), window));
        }
      }
      events.sort(Event.HISTORY_ORDER);
      events.forEach(statistics::add);
      rows.addAll(TrainingRow.of("s", "p" + person, events, List.of(GOAL), CUTOFFS, Shop.NOW));
    }
    rows.sort((one, other) -> Long.compare(one.cutoff(), other.cutoff()));
    TrainingOutcome outcome =
        PredictionTraining.train(GOAL, rows, Shop.NOW, 1, statistics, true, TrainingProgress.NONE);
    var card = ((Trained) outcome).bundle().card();
    return card.at("/metrics/model/auc").asDouble();
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
