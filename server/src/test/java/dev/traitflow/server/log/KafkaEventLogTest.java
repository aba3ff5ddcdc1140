package dev.traitflow.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.LogRecord.Kind;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.topic.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaEventLogTest {
  private static final TopicLayout LAYOUT = new TopicLayout(2, 4);

  private final Path directory;
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

  KafkaEventLogTest(@TempDir Path directory) {
    this.directory = directory;
  }

  private SpaceClock clock(ClockKind kind) throws IOException {
    return SpaceClock.open(directory, kind, 0, () -> 1_000);
  }

  private static KafkaEventLog log(MockProducer<byte[], byte[]> producer, SpaceClock clock) {
    return new KafkaEventLog(producer, LAYOUT, clock, 10, at -> OptionalLong.empty());
  }

  private static LogRecord call(String space) {
    return LogRecord.call(space, 77, "web", "m", "", new byte[0]);
  }

  private List<LogRecord> appended() {
    return producer.history().stream()
        .map(ProducerRecord::value)
        .map(LogRecord.CODEC::decode)
        .toList();
  }

  @Test
  void putsARecordIntoItsSpacesPartitionWithTheClocksInstant() throws Exception {
    SpaceClock clock = clock(ClockKind.EVENT);
    clock.follow(500);
    try (KafkaEventLog log = log(producer, clock)) {
      assertThat(log.append(call("spa")).get()).isZero();

      ProducerRecord<byte[], byte[]> sent = producer.history().get(0);
      assertThat(sent.topic()).isEqualTo(Topics.EVENTS);
      assertThat(sent.partition()).isEqualTo(Topics.partition("spa", 2));
      assertThat(new String(sent.key(), StandardCharsets.UTF_8)).isEqualTo("spa");
      assertThat(appended().get(0).at()).isEqualTo(500);
    }
  }

  @Test
  void refusesARecordThatNoTopicTakesBeforeTheProducerDoes() throws Exception {
    int bytesMax = Topics.bytesMax(Topics.EVENTS);
    try (KafkaEventLog log = log(producer, clock(ClockKind.EVENT))) {
      LogRecord large = LogRecord.define("spa", 0, new byte[bytesMax]);
      assertThatThrownBy(() -> log.append(large).get())
          .hasCauseInstanceOf(RecordTooLargeException.class)
          .hasMessageContaining("expected at most " + bytesMax);
      assertThatThrownBy(() -> log.appendAll(List.of(call("spa"), large)).get())
          .hasCauseInstanceOf(RecordTooLargeException.class);
      assertThat(producer.history()).isEmpty();
      assertThat(log.append(LogRecord.define("spa", 0, new byte[SpaceDefinition.BYTES_MAX])).get())
          .isZero();
    }
  }

  @Test
  void appendsATickAndAFlushToEveryPartition() throws Exception {
    try (KafkaEventLog log = log(producer, clock(ClockKind.EVENT))) {
      assertThat(log.flush()).isEqualTo(11);
      assertThat(log.flush()).isEqualTo(12);
    }
    assertThat(appended())
        .extracting(LogRecord::kind)
        .startsWith(Kind.TICK, Kind.FLUSH, Kind.TICK, Kind.FLUSH)
        .hasSize(8);
    assertThat(producer.history()).extracting(ProducerRecord::partition).startsWith(0, 0, 1, 1);
    assertThat(appended().get(7).number()).isEqualTo(12);
  }

  @Test
  void doesNotMakeTheTimeOfAnUnsetTestClockTheTimeOfASpace() throws Exception {
    SpaceClock clock = clock(ClockKind.TEST);
    try (KafkaEventLog log = log(producer, clock)) {
      log.append(LogRecord.define("spa", 0, new byte[0])).get();
      log.append(call("spa")).get();
      log.append(LogRecord.define("spa", 0, new byte[0])).get();
      clock.set(2_000);
      log.tick().get();
    }
    assertThat(appended().stream().filter(record -> record.kind() != Kind.TICK))
        .extracting(LogRecord::at)
        .containsExactly(0L, 1_000L, 1_000L);
    assertThat(appended()).last().extracting(LogRecord::at).isEqualTo(2_000L);
  }

  @Test
  void tellsWhenARecordWasNotKept() throws Exception {
    MockProducer<byte[], byte[]> broken =
        new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    try (KafkaEventLog log = log(broken, clock(ClockKind.EVENT))) {
      CompletableFuture<Long> offset = log.append(call("spa"));
      assertThat(offset).isNotDone();
      broken.errorNext(new IllegalStateException("the broker is away"));

      assertThatThrownBy(offset::get).hasMessageContaining("the broker is away");
    }
  }

  @Test
  void wantsASpace() throws Exception {
    try (KafkaEventLog log = log(producer, clock(ClockKind.EVENT))) {
      assertThatThrownBy(() -> log.append(LogRecord.tick(0)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected a space");
    }
  }
}
