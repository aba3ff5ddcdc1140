package dev.traitflow.jobs.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.profile.Marker;
import dev.traitflow.core.space.Topics;
import dev.traitflow.jobs.runtime.CodecTypeInformation;
import dev.traitflow.jobs.runtime.ControlKeys;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.Outputs;
import dev.traitflow.jobs.runtime.ProfileMessage;
import dev.traitflow.jobs.runtime.ProfileMessage.Kind;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class KeepHistoryTest {
  private static final long HOUR = 3_600_000L;
  private static final long T0 = 480_000 * HOUR;
  private static final int KEYS = JobSettings.MAX_PARALLELISM;

  private KeyedOneInputStreamOperatorTestHarness<String, ProfileMessage, ProfileMessage> harness =
      unopened();

  @BeforeEach
  void start() throws Exception {
    open(null);
  }

  @AfterEach
  void stop() throws Exception {
    harness.close();
  }

  @Test
  void anEventPassesOnAndIsWrittenOnce() throws Exception {
    ProfileMessage event = event("a", 1, T0, T0, "m1");
    assertThat(take(event)).usingRecursiveFieldByFieldElementComparator().containsExactly(event);
    List<TopicRecord> written = written();
    assertThat(written).hasSize(1);
    assertThat(written.get(0).topic()).isEqualTo(Topics.PROFILE_EVENTS);
    assertThat(written.get(0).value()).isEqualTo(event.body());
  }

  @Test
  void aMoveSendsTheHistoryInOrderAndThenSaysThatItHasMovedAndLeft() throws Exception {
    take(event("l", 1, T0, T0, "m2"));
    take(event("l", 2, T0, T0 - 5, "m1"));
    take(event("other", 3, T0, T0, "m3"));
    restart();
    written();
    List<ProfileMessage> sent = take(move("l", 4));
    assertThat(sent)
        .extracting(message -> message.kind() + " " + message.key() + " " + message.timestamp())
        .containsExactly(
            "MOVED_EVENT shop/w " + (T0 - 5),
            "MOVED_EVENT shop/w " + T0,
            "MOVED shop/w 0",
            "LEFT shop/l 0");
    assertThat(sent).allMatch(message -> message.sequence() == 4 && message.count() == 2);
    assertThat(sent.get(2).text()).isEqualTo("l");
    assertThat(written()).isEmpty();
  }

  @Test
  void aDeletionForgetsTheHistoryAndTellsTheFold() throws Exception {
    take(event("l", 1, T0, T0, "m1"));
    take(event("other", 2, T0, T0, "m2"));
    restart();
    written();
    ProfileMessage order =
        ProfileMessage.merge(
            Kind.DELETE, ProfileMessage.profileKey("shop", "l"), 3, T0, "", "p", 2);
    assertThat(take(order))
        .extracting(m -> m.kind() + " " + m.key() + " " + m.text() + " " + m.count())
        .containsExactly("LEFT shop/p l 2");
    assertThat(take(move("l", 4)))
        .extracting(ProfileMessage::kind)
        .doesNotContain(Kind.MOVED_EVENT);
    assertThat(take(move("other", 5))).extracting(ProfileMessage::kind).contains(Kind.MOVED_EVENT);
  }

  @Test
  void aRepeatBeyondADayChangesNothing() throws Exception {
    take(event("a", 1, T0, T0, "m1"));
    written();
    assertThat(take(event("a", 2, T0 + 25 * HOUR, T0, "m1"))).isEmpty();
    assertThat(written()).isEmpty();
    restart();
    assertThat(take(event("a", 3, T0 + 50 * HOUR, T0, "m1"))).isEmpty();
    assertThat(take(event("a", 4, T0 + 50 * HOUR, T0, "m2"))).hasSize(1);
    assertThat(take(move("a", 5))).hasSize(4);
  }

  @Test
  void aDefinitionGoesToEveryKeyGroupOnce() throws Exception {
    assertThat(take(control(Kind.DEFINE, 0, 1, 7)))
        .hasSize(KEYS)
        .extracting(ProfileMessage::key)
        .containsExactlyElementsOf(ControlKeys.all(KEYS));
    assertThat(take(control(Kind.DEFINE, 0, 1, 7))).isEmpty();
    assertThat(take(control(Kind.SCORE, 0, 1, 7))).hasSize(KEYS);
    assertThat(take(control(Kind.DEFINE, 0, 1, 8))).hasSize(KEYS);
  }

  @Test
  void aFlushGoesOnOnceEveryLaneHasSentItAndIsMarkedInEveryPartition() throws Exception {
    assertThat(take(control(Kind.FLUSH, 0, 2, 3))).isEmpty();
    assertThat(take(control(Kind.FLUSH, 0, 2, 3))).isEmpty();
    assertThat(written()).isEmpty();
    assertThat(take(control(Kind.FLUSH, 1, 2, 3)))
        .hasSize(KEYS)
        .allMatch(message -> message.origin() == 0 && message.origins() == 1);
    List<TopicRecord> markers = written();
    assertThat(markers).extracting(TopicRecord::partition).containsExactly(0, 1);
    assertThat(markers)
        .extracting(record -> Marker.CODEC.decode(record.value()))
        .allMatch(marker -> marker.flush() == 3 && marker.stage().equals(KeepHistory.STAGE));
    assertThat(take(control(Kind.FLUSH, 1, 2, 3))).isEmpty();
  }

  private List<ProfileMessage> take(ProfileMessage message) throws Exception {
    harness.processElement(new StreamRecord<>(message));
    List<ProfileMessage> sent = List.copyOf(harness.extractOutputValues());
    harness.getOutput().clear();
    return sent;
  }

  private List<TopicRecord> written() {
    List<TopicRecord> records = new ArrayList<>();
    var output = harness.getSideOutput(Outputs.TOPICS);
    if (output != null) {
      output.forEach(record -> records.add(record.getValue()));
      output.clear();
    }
    return records;
  }

  private void restart() throws Exception {
    harness.prepareSnapshotPreBarrier(1);
    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();
    harness = unopened();
    open(state);
  }

  private void open(@Nullable OperatorSubtaskState state) throws Exception {
    harness.setStateBackend(new EmbeddedRocksDBStateBackend());
    harness.setup(
        CodecTypeInformation.profileMessages().createSerializer(new SerializerConfigImpl()));
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
  }

  private static KeyedOneInputStreamOperatorTestHarness<String, ProfileMessage, ProfileMessage>
      unopened() {
    try {
      return new KeyedOneInputStreamOperatorTestHarness<>(
          new KeepHistory(new JobSettings(2, 2, KEYS, 1_000)),
          ProfileMessage::key,
          Types.STRING,
          KEYS,
          1,
          0);
    } catch (Exception e) {
      throw new IllegalStateException("harness: cannot be made", e);
    }
  }

  private static ProfileMessage event(
      String profile, long sequence, long at, long time, String id) {
    byte[] body = (id + " of " + profile).getBytes(StandardCharsets.UTF_8);
    return ProfileMessage.event("shop/" + profile, sequence, at, time, id, body);
  }

  private static ProfileMessage move(String profile, long sequence) {
    return ProfileMessage.merge(Kind.MOVE, "shop/" + profile, sequence, T0, "w", "l", 2);
  }

  private static ProfileMessage control(Kind kind, int origin, int origins, long sequence) {
    return ProfileMessage.control(kind, origin, origins, sequence, T0, "shop", new byte[0])
        .readdressed("~0", origin, origins);
  }
}
