package dev.traitflow.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.event.EventParser;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.Parsed;
import dev.traitflow.jobs.runtime.EventMessage.LiveEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class CodecSerializerTest {
  private static final byte[] BODY = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);

  @ParameterizedTest
  @EnumSource(MessageType.class)
  void aMessageComesBackAsItWas(MessageType type) throws IOException {
    for (Object sample : samples(type)) {
      assertRoundTrip(new CodecSerializer<>(type), sample);
    }
  }

  @ParameterizedTest
  @EnumSource(MessageType.class)
  void aCopyTakesOneMessageAndLeavesTheNext(MessageType type) throws IOException {
    CodecSerializer<Object> serializer = new CodecSerializer<>(type);
    Object sample = samples(type).get(0);
    byte[] one = bytes(serializer, sample);
    DataOutputSerializer twice = new DataOutputSerializer(64);
    serializer.serialize(sample, twice);
    serializer.serialize(sample, twice);
    DataInputDeserializer in = new DataInputDeserializer(twice.getCopyOfBuffer());
    DataOutputSerializer copied = new DataOutputSerializer(1_024);
    serializer.copy(in, copied);
    assertThat(copied.getCopyOfBuffer()).isEqualTo(one);
    assertThat(in.available()).isEqualTo(one.length);
  }

  @ParameterizedTest
  @EnumSource(MessageType.class)
  void aSnapshotGivesTheSameSerializerBack(MessageType type) throws IOException {
    CodecSerializer<Object> serializer = new CodecSerializer<>(type);
    DataOutputSerializer out = new DataOutputSerializer(64);
    TypeSerializerSnapshot.writeVersionedSnapshot(out, serializer.snapshotConfiguration());
    TypeSerializerSnapshot<Object> read =
        TypeSerializerSnapshot.readVersionedSnapshot(
            new DataInputDeserializer(out.getCopyOfBuffer()), getClass().getClassLoader());
    assertThat(read.restoreSerializer()).isEqualTo(serializer);
    assertThat(serializer.snapshotConfiguration().resolveSchemaCompatibility(read))
        .matches(answer -> answer.isCompatibleAsIs());
  }

  @Test
  void aSnapshotOfAnotherMessageIsIncompatible() {
    TypeSerializerSnapshot<Object> entries =
        new CodecSerializer<>(MessageType.LOG_ENTRY).snapshotConfiguration();
    TypeSerializerSnapshot<Object> records =
        new CodecSerializer<>(MessageType.TOPIC_RECORD).snapshotConfiguration();
    assertThat(entries.resolveSchemaCompatibility(records))
        .matches(answer -> answer.isIncompatible());
  }

  @Test
  void aSerializerThatTravelledWithTheJobGraphStillWorks() throws Exception {
    TypeSerializer<ProfileMessage> sent =
        CodecTypeInformation.profileMessages().createSerializer(new SerializerConfigImpl());
    TypeSerializer<ProfileMessage> arrived = InstantiationUtil.clone(sent);
    assertThat(arrived).isEqualTo(sent);
    assertRoundTrip(arrived, new LiveEvent("shop/a", 1, 2, 3, "m", false, BODY));
  }

  private static List<?> samples(MessageType type) {
    LogRecord tick = LogRecord.tick(5);
    LogRecord call =
        LogRecord.call(
            "shop",
            1_700_000_000_000L,
            "web",
            "m1",
            "",
            "{\"type\":\"track\",\"event\":\"Login\",\"userId\":\"u\"}"
                .getBytes(StandardCharsets.UTF_8));
    Parsed accepted = new EventParser().parse(call);
    return switch (type) {
      case LOG_ENTRY -> List.of(new LogEntry(3, 17, call), new LogEntry(0, 0, tick));
      case LANE_INPUT ->
          List.of(
              LaneInput.of(new LogEntry(3, 17, call), call, accepted),
              LaneInput.of(
                  new LogEntry(3, 18, call),
                  call,
                  new Parsed.Rejected(DiscardReason.BAD_REQUEST, "no JSON: got ü")),
              LaneInput.of(new LogEntry(0, 19, tick), tick, null));
      case PROFILE_MESSAGE ->
          List.of(
              new LiveEvent("shop/a", 1, 2, 3, "m", false, BODY),
              new MergeMessage.Move("shop/a", 1, 2, "b", "a", 3, "a"),
              new ControlMessage.Define(3, 4, "shop", BODY).addressed("~1", 1, 2));
      case TOPIC_RECORD -> List.of(new TopicRecord("events", 3, BODY, new byte[0]));
      case FEATURE_INPUT -> List.of(new FeatureInput(true, 1, 4, "shop/a", BODY));
      case HISTORY_PART ->
          List.of(new HistoryPart(HistoryPart.Kind.MERGED_INTO, "shop/a", 9, BODY));
    };
  }

  private static <T> void assertRoundTrip(TypeSerializer<T> serializer, T sample)
      throws IOException {
    byte[] bytes = bytes(serializer, sample);
    DataInputDeserializer in = new DataInputDeserializer(bytes);
    T back = serializer.deserialize(in);
    assertThat(in.available()).isZero();
    assertThat(back).usingRecursiveComparison().isEqualTo(sample);
    assertThat(bytes(serializer, back)).isEqualTo(bytes);
  }

  private static <T> byte[] bytes(TypeSerializer<T> serializer, T sample) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(sample, out);
    return out.getCopyOfBuffer();
  }
}
