package dev.traitflow.jobs.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.Parsed;
import dev.traitflow.core.topic.SkippedRecord;
import dev.traitflow.jobs.runtime.LaneInput;
import dev.traitflow.jobs.runtime.LogEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.DefaultOpenContext;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** What the source of the log makes of its bytes, and of those an operator skips. */
class ReadLogTest {
  private static final byte[] CALL = {'{', '}'};
  private static final SkippedRecord SKIP = new SkippedRecord(1, 7, "shop", 5, "it never ends");

  @Test
  void aSkippedRecordIsARefusedCallAndWhatLiesBehindItGoesOn() throws Exception {
    LogRecord line = LogRecord.replayed("shop", 40, "web", "file", 12, CALL);
    ReadLog source = new ReadLog(() -> List.of(SKIP));
    open(source);
    LogEntry skipped = read(source, 1, 7, LogRecord.CODEC.encode(line));
    assertThat(skipped.offset()).isEqualTo(7);
    LaneInput refused = parsed(skipped);
    assertThat(refused.parsed())
        .isEqualTo(
            new Parsed.Rejected(
                DiscardReason.SKIPPED_BY_OPERATOR, "record 7 of lane 1: it never ends"));
    assertThat(refused.record().calls()).isEqualTo(1);
    assertThat(refused.record().origin()).isEqualTo("file");
    assertThat(refused.record().at()).isEqualTo(40);
    assertThat(refused.record().body()).isEqualTo(CALL);
    for (int[] place : new int[][] {{1, 8}, {0, 7}}) {
      LogEntry other = read(source, place[0], place[1], LogRecord.CODEC.encode(line));
      assertThat(other.record()).isEqualTo(line);
    }
  }

  @Test
  void recordsOfAllKindsCanBeSkipped() throws Exception {
    ReadLog source = new ReadLog(() -> List.of(SKIP));
    open(source);
    for (LogRecord record :
        List.of(
            LogRecord.define("shop", 3, CALL),
            LogRecord.flush(3, 9),
            LogRecord.delete("shop", 3, "user_id", "u1"))) {
      LogRecord read = read(source, 1, 7, LogRecord.CODEC.encode(record)).record();
      assertThat(read.kind()).isEqualTo(LogRecord.Kind.CALL);
      assertThat(read.space()).isEqualTo("shop");
      assertThat(read.at()).isEqualTo(3);
      assertThat(read.refusal()).isNotNull();
    }
  }

  @Test
  void bytesThatAreNoRecordStopTheJobWithTheirPlaceUntilTheyAreSkipped() throws Exception {
    byte[] bytes = "no record".getBytes(StandardCharsets.UTF_8);
    ReadLog source = new ReadLog(List::of);
    open(source);
    assertThatThrownBy(() -> read(source, 1, 7, bytes))
        .hasMessageContaining("lane 1, offset 7")
        .hasMessageContaining("./traitflow log skip --space SPACE --offset 7");
    ReadLog skipping = new ReadLog(() -> List.of(SKIP));
    open(skipping);
    LogRecord refused = read(skipping, 1, 7, bytes).record();
    assertThat(refused.space()).isEqualTo("shop");
    assertThat(refused.at()).as("no time is known").isZero();
    assertThat(refused.body()).isEqualTo(bytes);
  }

  @Test
  void anOrderSurvivesItsTripThroughBytes() {
    assertThat(SkippedRecord.CODEC.decode(SkippedRecord.CODEC.encode(SKIP))).isEqualTo(SKIP);
  }

  private static LaneInput parsed(LogEntry entry) throws Exception {
    ParseCalls parser = new ParseCalls();
    parser.open(DefaultOpenContext.INSTANCE);
    return parser.map(LogEntry.CODEC.decode(LogEntry.CODEC.encode(entry)));
  }

  private static LogEntry read(ReadLog source, int lane, long offset, byte[] value) {
    List<LogEntry> read = new ArrayList<>();
    source.deserialize(
        new ConsumerRecord<>("events", lane, offset, new byte[0], value),
        new Collector<>() {
          @Override
          public void collect(LogEntry entry) {
            read.add(entry);
          }

          @Override
          public void close() {}
        });
    return read.get(0);
  }

  /** The source opens nothing with its context. */
  @SuppressWarnings("NullAway")
  private static void open(ReadLog source) throws Exception {
    source.open(null);
  }
}
