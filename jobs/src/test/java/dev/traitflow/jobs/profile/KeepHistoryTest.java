package dev.traitflow.jobs.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.identity.HistorySplit;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.SplitRule;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.jobs.runtime.CodecTypeInformation;
import dev.traitflow.jobs.runtime.ControlKeys;
import dev.traitflow.jobs.runtime.ControlMessage;
import dev.traitflow.jobs.runtime.EventMessage.LiveEvent;
import dev.traitflow.jobs.runtime.EventMessage.MovedEvent;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.MergeMessage;
import dev.traitflow.jobs.runtime.MergeMessage.Left;
import dev.traitflow.jobs.runtime.MergeMessage.Moved;
import dev.traitflow.jobs.runtime.Outputs;
import dev.traitflow.jobs.runtime.ProfileMessage;
import dev.traitflow.jobs.runtime.TopicRecord;
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
    LiveEvent event = event("a", 1, T0, T0, "m1");
    assertThat(take(event)).usingRecursiveFieldByFieldElementComparator().containsExactly(event);
    List<TopicRecord> written = written();
    assertThat(written).hasSize(1);
    assertThat(written.get(0).topic()).isEqualTo(Topics.PROFILE_EVENTS);
    assertThat(written.get(0).value()).isEqualTo(event.resolved());
  }

  @Test
  void aMoveSendsTheHistoryInOrderAndThenSaysThatItHasMovedAndLeft() throws Exception {
    take(event("l", 1, T0, T0, "m2"));
    take(event("l", 2, T0, T0 - 5, "m1"));
    take(event("other", 3, T0, T0, "m3"));
    restart();
    written();
    List<ProfileMessage> sent = take(move("l", 4));
    assertThat(sent).hasSize(4);
    assertThat(moved(sent))
        .allMatch(event -> event.key().equals("shop/w"))
        .allMatch(event -> event.sequence() == 4 && event.histories() == 2)
        .extracting(MovedEvent::timestamp)
        .containsExactly(T0 - 5, T0);
    assertThat(sent.subList(2, 4))
        .containsExactly(
            new Moved("shop/w", 4, T0, "l", 2), new Left("shop/l", 4, T0, "l", "w", 2));
    assertThat(written()).isEmpty();
  }

  @Test
  void aDeletionForgetsTheHistoryAndTellsTheFold() throws Exception {
    take(event("l", 1, T0, T0, "m1"));
    take(event("other", 2, T0, T0, "m2"));
    restart();
    written();
    assertThat(take(new MergeMessage.Delete("shop/l", 3, T0, "p", 2, "l")))
        .containsExactly(new Left("shop/p", 3, T0, "l", "", 2));
    assertThat(moved(take(move("l", 4)))).isEmpty();
    assertThat(moved(take(move("other", 5)))).hasSize(1);
  }

  @Test
  void aSplitGivesEachEventToItsSideForGood() throws Exception {
    take(event("l", 1, T0, T0 + 1, "m1"));
    take(event("l", 2, T0, T0 + 2, "m2"));
    take(event("l", 3, T0, T0 + 3, "m3"));
    restart();
    written();
    List<ProfileMessage> sent = take(split("l", true, 9));
    assertThat(moved(sent))
        .extracting(event -> event.key() + " " + event.timestamp())
        .containsExactly("shop/l~9 " + (T0 + 1), "shop/p~9 " + (T0 + 2), "shop/l~9 " + (T0 + 3));
    assertThat(sent.subList(3, sent.size()))
        .containsExactly(
            new Moved("shop/p~9", 9, T0, "", 2),
            new Moved("shop/l~9", 9, T0, "l", 2),
            new Left("shop/p", 9, T0, "l", "", 2));
    List<TopicRecord> written = written();
    assertThat(written).hasSize(3);
    assertThat(written)
        .allMatch(record -> "l".equals(ResolvedEvent.movedFrom(record.value())))
        .extracting(record -> ResolvedEvent.CODEC.decode(record.value()).profile())
        .containsExactly("l~9", "p~9", "l~9");
    restart();
    assertThat(take(move("l", 10))).hasSize(2);
    assertThat(take(move("l", "p~9", 11))).hasSize(3);
    assertThat(take(move("l", "l~9", 12))).hasSize(4).contains(new Moved("shop/w", 12, T0, "", 2));
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
    LiveEvent again = event("a", 2, T0 + 25 * HOUR, T0 + 30 * HOUR, "m1");
    LiveEvent asRepeat =
        new LiveEvent(
            again.key(),
            again.sequence(),
            again.at(),
            again.timestamp(),
            again.messageId(),
            /* possibleRepeat= */ true,
            again.resolved());
    assertThat(take(asRepeat)).isEmpty();
    assertThat(written()).isEmpty();
  }

  @Test
  void aDefinitionGoesToEveryKeyGroupOnce() throws Exception {
    assertThat(take(define(7)))
        .hasSize(KEYS)
        .extracting(ProfileMessage::key)
        .containsExactlyElementsOf(ControlKeys.all(KEYS));
    assertThat(take(define(7))).isEmpty();
    assertThat(take(new ControlMessage.Score(7, T0, "shop").addressed("~0", 0, 1))).hasSize(KEYS);
    assertThat(take(define(8))).hasSize(KEYS);
  }

  @Test
  void aFlushGoesOnOnceEveryLaneHasSentItAndIsMarkedInEveryPartition() throws Exception {
    assertThat(take(flush(0))).isEmpty();
    assertThat(take(flush(0))).isEmpty();
    assertThat(written()).isEmpty();
    assertThat(take(flush(1)))
        .hasSize(KEYS)
        .allMatch(
            message ->
                message instanceof ControlMessage.Flush flush
                    && flush.origin() == 0
                    && flush.origins() == 1);
    List<TopicRecord> markers = written();
    assertThat(markers).extracting(TopicRecord::partition).containsExactly(0, 1);
    assertThat(markers)
        .extracting(record -> Marker.CODEC.decode(record.value()))
        .allMatch(marker -> marker.flush() == 3 && marker.stage().equals(KeepHistory.STAGE));
    assertThat(take(flush(1))).isEmpty();
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

  private static LiveEvent event(String profile, long sequence, long at, long time, String id) {
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
    return new LiveEvent("shop/" + profile, sequence, at, time, id, false, body);
  }

  /** The events among the messages. */
  private static List<MovedEvent> moved(List<ProfileMessage> sent) {
    return sent.stream().filter(MovedEvent.class::isInstance).map(MovedEvent.class::cast).toList();
  }

  private static ProfileMessage move(String profile, long sequence) {
    return move(profile, profile, sequence);
  }

  private static ProfileMessage move(String history, String owner, long sequence) {
    return new MergeMessage.Move("shop/" + history, sequence, T0, "w", "l", 2, owner);
  }

  /** Of the identifiers only that of m1 is the split side's, and that of m2 the other's. */
  private static ProfileMessage split(String history, boolean splitSide, long sequence) {
    SplitRule rule =
        new SplitRule(
            List.of("anonymous_id"),
            Set.of(Identifier.ofUser("anonymous_id", "of-m1")),
            Set.of(Identifier.ofUser("anonymous_id", "of-m2")));
    HistorySplit division = new HistorySplit(history, "p", splitSide, rule);
    return new MergeMessage.Split("shop/" + history, sequence, T0, "p~9", "l~9", 2, division);
  }

  private static ProfileMessage define(long sequence) {
    return new ControlMessage.Define(sequence, T0, "shop", new byte[0]).addressed("~0", 0, 1);
  }

  /** Barrier 3, which two lanes send. */
  private static ProfileMessage flush(int lane) {
    return new ControlMessage.Flush(3, T0, false).addressed("~0", lane, 2);
  }
}
