package dev.traitflow.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.prediction.EventStatistics;
import dev.traitflow.core.prediction.PredictionDefinition;
import dev.traitflow.core.prediction.TrainingRow;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.jobs.runtime.CodecTypeInformation;
import dev.traitflow.jobs.runtime.HistoryPart;
import dev.traitflow.jobs.runtime.HistoryPart.Kind;
import dev.traitflow.jobs.runtime.TopicRecord;
import dev.traitflow.jobs.training.TrainingSetRequest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A profile with a history of its own and a merged one, an anonymous one and a deleted one. */
@ExtendWith(JobCluster.class)
@Timeout(60)
final class TrainingSetJobITCase {
  private static final long DAY = PredictionDefinition.DAY;
  private static final long NOW = 20_000 * DAY;
  private static final long[] CUTOFFS = {NOW, NOW - 30 * DAY};
  private static final String DEFINITION =
      """
      {"name": "Shop", "predictions": [{"key": "buy", "kind": "purchase", "window_days": 30}]}
      """;

  private final CollectedSink files = new CollectedSink();

  @Test
  void historiesBecomeTheRowsOfTheKnownProfiles(StreamExecutionEnvironment env) throws Exception {
    Event order = order("m1", NOW - 40 * DAY);
    Event repeated = order("m2", NOW - 20 * DAY);
    Event ofLoser = order("m3", NOW - 50 * DAY);
    TrainingSetJob.define(
        env,
        BoundedSource.of(
            CodecTypeInformation.historyParts(),
            List.of(
                event("ada", 1, order),
                event("ada", 2, repeated),
                event("ada", 2, repeated),
                event("cookie", 3, ofLoser),
                event("anonymous", 4, order("m4", NOW - 45 * DAY)),
                event("gone", 5, order("m5", NOW - 45 * DAY)))),
        BoundedSource.of(
            CodecTypeInformation.historyParts(),
            List.of(
                part(Kind.KNOWN, "ada", 1, "user_id"),
                part(Kind.MERGED_INTO, "cookie", 6, "ada"),
                part(Kind.KNOWN, "gone", 5, "user_id"),
                part(Kind.DELETED, "gone", 7, ""))),
        files,
        new TrainingSetRequest("shop", DEFINITION, CUTOFFS, NOW));
    env.execute("training set job");

    List<Event> history = new ArrayList<>(List.of(ofLoser, order, repeated));
    history.sort(Event.HISTORY_ORDER);
    List<PredictionDefinition> predictions =
        SpaceDefinition.parse(new JsonMapper().readTree(DEFINITION), new ArrayList<>())
            .predictions();
    List<TrainingRow> expected = TrainingRow.of("shop", "ada", history, predictions, CUTOFFS, NOW);
    assertThat(expected).isNotEmpty();
    assertThat(records("row"))
        .containsExactlyInAnyOrderElementsOf(
            expected.stream()
                .map(TrainingRow.CODEC::encode)
                .map(HexFormat.of()::formatHex)
                .toList());

    EventStatistics statistics = new EventStatistics();
    for (String bytes : records("statistics")) {
      statistics.merge(EventStatistics.CODEC.decode(HexFormat.of().parseHex(bytes)));
    }
    assertThat(statistics.names())
        .hasEntrySatisfying("Order Completed", tally -> assertThat(tally.count()).isEqualTo(6));
    assertThat(statistics.mergedShare()).isEqualTo(1 / 6d);
  }

  /** The records of a kind, as hexadecimal text that can be compared. */
  private List<String> records(String kind) {
    return files.records().stream()
        .filter(record -> record.topic().equals(kind))
        .map(TopicRecord::value)
        .map(HexFormat.of()::formatHex)
        .toList();
  }

  private static HistoryPart event(String profile, long sequence, Event event) {
    return new HistoryPart(Kind.EVENT, profile, sequence, Event.CODEC.encode(event));
  }

  private static HistoryPart part(Kind kind, String profile, long sequence, String text) {
    return new HistoryPart(kind, profile, sequence, text.getBytes(UTF_8));
  }

  private static Event order(String messageId, long at) {
    return new Event(
        EventType.TRACK,
        messageId,
        at,
        at,
        "web",
        "Order Completed",
        "u",
        null,
        null,
        null,
        null,
        null,
        "{\"revenue\":12.5}".getBytes(UTF_8),
        Event.NONE,
        Event.NONE);
  }
}
