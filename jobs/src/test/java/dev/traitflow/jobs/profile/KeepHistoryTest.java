package dev.traitflow.jobs.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.identity.HistorySplit;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.SplitRule;
import dev.traitflow.core.profile.Marker;
import dev.traitflow.core.profile.ResolvedEvent;
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
import java.util.Set;
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
        ProfileMessage.merge(Kind.DELETE, ProfileMessage.profileKey("shop", "l"), 3, T0, "", "p", 2)
            .withBody("l".getBytes(StandardCharsets.UTF_8));
    assertThat(take(order))
        .extracting(m -> m.kind() + " " + m.key() + " " + m.text() + " " + m.count())
        .containsExactly("LEFT shop/p l 2");
    assertThat(take(move("l", 4)))
        .extracting(ProfileMessage::kind)
        .doesNotContain(Kind.MOVED_EVENT);
    assertThat(take(move("other", 5))).extracting(ProfileMessage::kind).contains(Kind.MOVED_EVENT);
  }

  @Test
  void aSplitGivesEachEventToItsSideForGood() throws Exception {
    take(event("l", 1, T0, T0 + 1, "m1"));
    take(event("l", 2, T0, T0 + 2, "m2"));
    take(event("l", 3, T0, T0 + 3, "m3"));
    restart();
    written();
    assertThat(take(split("l", true, 9)))
        .extracting(m -> m.kind() + " " + m.key() + " " + m.timestamp() + " " + m.text())
        .containsExactly(
            "MOVED_EVENT shop/l~9 " + (T0 + 1) + " ",
            "MOVED_EVENT shop/p~9 " + (T0 + 2) + " ",
            "MOVED_EVENT shop/l~9 " + (T0 + 3) + " ",
            "MOVED shop/p~9 0 ",
            "MOVED shop/l~9 0 l",
            "LEFT shop/p 0 l");
    List<TopicRecord> written = written();
    assertThat(written).hasSize(3);
    assertThat(written)
        .allMatch(record -> "l".equals(ResolvedEvent.movedFrom(record.value())))
        .extracting(record -> ResolvedEvent.CODEC.decode(record.value()).profile())
        .containsExactly("l~9", "p~9", "l~9");
    restart();
    assertThat(take(move("l", 10))).hasSize(2);
    assertThat(take(move("l", "p~9", 11))).hasSize(3);
    assertThat(take(move("l", "l~9", 12)))
        .hasSize(4)
        .filteredOn(message -> message.kind() == Kind.MOVED)
        .allMatch(message -> message.text().isEmpty());
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
  void aRepeatOfAnEventThatWasDatedAheadChangesNothing() throws Exception {
    take(event("a", 1, T0, T0 + 30 * HOUR, "m1"));
    written();
    restart();
    ProfileMessage again = event("a", 2, T0 + 25 * HOUR, T0 + 30 * HOUR, "m1");
    assertThat(take(again.asPossibleRepeat())).isEmpty();
    assertThat(written()).isEmpty();
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
    Event event =
        new Event(
            EventType.TRACK,
            id,
            time,
            at,
            "web",
            "A",
            null,
            null,
            null,
            null,
            null,
            null,
            Event.NONE,
            Event.NONE,
            Event.NONE);
    List<Identifier> identifiers = List.of(Identifier.ofUser("anonymous_id", "of-" + id));
    ResolvedEvent resolved = new ResolvedEvent("shop", profile, sequence, event, identifiers);
    byte[] body = ResolvedEvent.CODEC.encode(resolved);
    return ProfileMessage.event("shop/" + profile, sequence, at, time, id, body);
  }

  private static ProfileMessage move(String profile, long sequence) {
    return move(profile, profile, sequence);
  }

  private static ProfileMessage move(String history, String owner, long sequence) {
    return ProfileMessage.merge(Kind.MOVE, "shop/" + history, sequence, T0, "w", "l", 2)
        .withBody(owner.getBytes(StandardCharsets.UTF_8));
  }

  /** Of the identifiers only that of m1 is the split side's, and that of m2 the other's. */
  private static ProfileMessage split(String history, boolean splitSide, long sequence) {
    SplitRule rule =
        new SplitRule(
            List.of("anonymous_id"),
            Set.of(Identifier.ofUser("anonymous_id", "of-m1")),
            Set.of(Identifier.ofUser("anonymous_id", "of-m2")));
    byte[] body = HistorySplit.CODEC.encode(new HistorySplit(history, "p", splitSide, rule));
    return ProfileMessage.merge(Kind.SPLIT, "shop/" + history, sequence, T0, "p~9", "l~9", 2)
        .withBody(body);
  }

  private static ProfileMessage control(Kind kind, int origin, int origins, long sequence) {
    return ProfileMessage.control(kind, origin, origins, sequence, T0, "shop", new byte[0])
        .readdressed("~0", origin, origins);
  }
}
