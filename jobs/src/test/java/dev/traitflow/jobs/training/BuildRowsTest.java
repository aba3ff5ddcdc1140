package dev.traitflow.jobs.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.prediction.TrainingRow;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.jobs.runtime.HistoryPart;
import dev.traitflow.jobs.runtime.HistoryPart.Kind;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** The job's rows are those of the function that evaluations and serving use, to the bit. */
class BuildRowsTest {
  private static final long DAY = PredictionDefinition.DAY;
  private static final long NOW = 20_000 * DAY;
  private static final long[] CUTOFFS = {NOW, NOW - 30 * DAY, NOW - 61 * DAY, NOW - 90 * DAY};
  private static final String SPACE =
      """
      {"name":"Shop","predictions":[
        {"key":"buy","kind":"purchase","window_days":30},
        {"key":"gone","kind":"churn","event":"Page Viewed","window_days":60},
        {"key":"spend","kind":"ltv","window_days":30}]}""";

  @Test
  void rowsAreTheSameInAnyOrderOfArrivalAndWithRepeats() throws Exception {
    List<PredictionDefinition> predictions =
        SpaceDefinition.parse(new JsonMapper().readTree(SPACE), new ArrayList<>()).predictions();
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      List<Event> history = history(random);
      List<Event> arrived = new ArrayList<>(history);
      arrived.addAll(history.subList(0, history.size() / 3));
      Collections.shuffle(arrived, random);

      List<byte[]> rows = rows(arrived);

      List<byte[]> expected =
          TrainingRow.of("spa_shop", "p", history, predictions, CUTOFFS, NOW).stream()
              .map(TrainingRow.CODEC::encode)
              .toList();
      assertThat(rows).as("seed %d", seed).hasSameSizeAs(expected);
      for (int i = 0; i < rows.size(); i++) {
        assertThat(rows.get(i)).as("seed %d row %d", seed, i).isEqualTo(expected.get(i));
      }
    }
  }

  /** Who is in an audience is told by the engine, from events and the types of identifiers. */
  @Test
  void theRowOfThePresentKnowsTheAudiencesOfCohorts() throws Exception {
    String space =
        """
        {"name":"Shop","predictions":[{"key":"buy","kind":"purchase","cohort":"buyers"}],
         "traits":[{"key":"orders","slot":0,"type":"event_counter","event":"Order Completed"}],
         "audiences":[{"key":"buyers","root":{"all":[
           {"trait":"orders","op":"greater_than","value":0}]}}]}""";
    List<Event> buyer = history(new Random(1));
    List<Event> viewer =
        buyer.stream().filter(event -> event.name().equals("Page Viewed")).toList();

    assertThat(audiences(rows(buyer, space, "user_id"))).containsExactly("buyers");
    assertThat(audiences(rows(viewer, space, "user_id"))).isEmpty();
    assertThat(audiences(rows(buyer, space, "phone"))).isEmpty();
    assertThat(audiences(rows(buyer, SPACE, "user_id"))).isEmpty();
  }

  /** Those of the present; older rows have none. */
  private static List<String> audiences(List<byte[]> encoded) {
    List<String> audiences = new ArrayList<>();
    for (byte[] bytes : encoded) {
      TrainingRow row = TrainingRow.CODEC.decode(bytes);
      if (row.cutoff() == NOW) {
        audiences.addAll(row.features().audiences());
      } else {
        assertThat(row.features().audiences()).isEmpty();
      }
    }
    return audiences;
  }

  private static List<byte[]> rows(List<Event> arrived) throws Exception {
    return rows(arrived, SPACE, "user_id");
  }

  private static List<byte[]> rows(List<Event> arrived, String space, String knownBy)
      throws Exception {
    KeyedOneInputStreamOperatorTestHarness<String, HistoryPart, TopicRecord> harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(
                new BuildRows(new TrainingSetRequest("spa_shop", space, CUTOFFS, NOW))),
            HistoryPart::key,
            Types.STRING);
    harness.open();
    byte[] type = knownBy.getBytes(StandardCharsets.UTF_8);
    harness.processElement(new HistoryPart(Kind.KNOWN, "p", 0, type), 0);
    for (Event event : arrived) {
      byte[] value = Event.CODEC.encode(event);
      harness.processElement(new HistoryPart(Kind.EVENT, "p", 1, value), 0);
    }
    harness.processWatermark(Watermark.MAX_WATERMARK);
    assertThat(harness.numKeyedStateEntries()).isZero();
    List<byte[]> rows = harness.extractOutputValues().stream().map(TopicRecord::value).toList();
    harness.close();
    return rows;
  }

  private static List<Event> history(Random random) {
    List<Event> events = new ArrayList<>();
    int size = 5 + random.nextInt(60);
    for (int i = 0; i < size; i++) {
      boolean order = random.nextBoolean();
      long time = NOW - 1 - (long) (random.nextDouble() * 150 * DAY);
      String json = order ? "{\"revenue\":" + random.nextInt(500) / 10.0 + "}" : "{}";
      events.add(
          new Event(
              EventType.TRACK,
              "m" + i,
              time,
              time,
              "web",
              order ? "Order Completed" : "Page Viewed",
              "u",
              null,
              null,
              null,
              null,
              null,
              json.getBytes(StandardCharsets.UTF_8),
              Event.NONE,
              Event.NONE));
    }
    events.sort(Event.HISTORY_ORDER);
    return events;
  }
}
