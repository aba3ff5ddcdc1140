package dev.traitflow.jobs.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.TraitWrite;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.Insight;
import dev.traitflow.core.identity.JoinOrder;
import dev.traitflow.core.topic.IdentityChange;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.RejectedCall;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.jobs.ingest.ParseCalls;
import dev.traitflow.jobs.runtime.CodecTypeInformation;
import dev.traitflow.jobs.runtime.EventMessage.LiveEvent;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.LaneInput;
import dev.traitflow.jobs.runtime.LaneKeys;
import dev.traitflow.jobs.runtime.LogEntry;
import dev.traitflow.jobs.runtime.MergeMessage;
import dev.traitflow.jobs.runtime.Outputs;
import dev.traitflow.jobs.runtime.ProfileMessage;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.DefaultOpenContext;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.state.rocksdb.RocksDBKeyedStateBackend;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class ResolveIdentityTest {
  private static final long HOUR = 3_600_000L;
  private static final long T0 = 480_000 * HOUR;
  private static final int KEYS = JobSettings.MAX_PARALLELISM;

  private final ParseCalls parser = new ParseCalls();
  private final List<TopicRecord> topics = new ArrayList<>();
  private KeyedOneInputStreamOperatorTestHarness<Integer, LaneInput, ProfileMessage> harness =
      unopened();
  private long offset;

  @BeforeEach
  void start() throws Exception {
    parser.open(DefaultOpenContext.INSTANCE);
    open(null);
  }

  @AfterEach
  void stop() throws Exception {
    harness.close();
  }

  @Test
  void aMessageIdIsDroppedWithinADayAndTakenAfterIt() throws Exception {
    assertThat(take(0, login("m1", "u1", T0))).hasSize(1);
    assertThat(take(0, login("m1", "u1", T0 + HOUR))).isEmpty();
    restart();
    assertThat(take(0, login("m1", "u1", T0 + 24 * HOUR))).isEmpty();
    assertThat(take(0, login("m1", "u1", T0 + 24 * HOUR + 60_000))).hasSize(1);
    assertThat(rejects()).extracting(RejectedCall::reason).containsOnly(DiscardReason.DUPLICATE);
  }

  @Test
  void aHistoryIsAskedForARepeatOnlyIfItMayHaveComeADayBefore() throws Exception {
    assertThat(event(take(0, dated("m1", T0 + HOUR, T0))).mayBeStored()).isFalse();
    assertThat(event(take(0, dated("m2", T0 + 30 * HOUR, T0))).mayBeStored()).isFalse();
    restart();
    List<ProfileMessage> again = take(0, dated("m2", T0 + 30 * HOUR, T0 + 25 * HOUR));
    assertThat(event(again).mayBeStored()).isTrue();
    long later = T0 + 31 * HOUR;
    assertThat(event(take(0, dated("m3", later, later))).mayBeStored()).isFalse();
    assertThat(event(take(0, dated("m4", later - 13 * HOUR, later))).mayBeStored()).isTrue();
  }

  @Test
  void messageIdsOfADayAgoLeaveNoState() throws Exception {
    take(0, login("first", "u1", T0 - HOUR));
    restart();
    int before = stateEntries();
    for (int call = 0; call < 300; call++) {
      take(0, login("m" + call, "u1", T0 + call * 500L));
      if (call % 110 == 0) {
        restart();
      }
    }
    restart();
    assertThat(stateEntries()).isGreaterThanOrEqualTo(before + 300);
    take(0, login("last", "u1", T0 + 25 * HOUR));
    restart();
    assertThat(stateEntries()).isEqualTo(before);
  }

  @Test
  void theWindowMayBeThirtyDays() throws Exception {
    harness.close();
    harness =
        unopened(
            new JobSettings(
                2, 2, KEYS, 1_000, JobSettings.DEDUP_MINUTES_MAX, JobSettings.TRAIT_KEYS_DEFAULT));
    open(null);
    assertThat(take(0, login("m1", "u1", T0))).hasSize(1);
    assertThat(take(0, login("m1", "u1", T0 + 30 * 24 * HOUR))).isEmpty();
    assertThat(take(0, login("m1", "u1", T0 + 30 * 24 * HOUR + 60_000))).hasSize(1);
  }

  @Test
  void theMessageIdOfAReplayedLineIsRememberedForGood() throws Exception {
    assertThat(take(0, line("m1", 1, T0))).hasSize(1);
    take(0, login("other", "u1", T0 + 90 * 24 * HOUR));
    restart();
    assertThat(take(0, line("m1", 2, T0 + 100 * 24 * HOUR))).isEmpty();
    assertThat(rejects()).extracting(RejectedCall::line).containsExactly(2L);
  }

  @Test
  void theFirstToArriveWins() throws Exception {
    List<ProfileMessage> first = take(0, login("m1", "u1", T0));
    assertThat(take(0, login("m1", "u2", T0))).isEmpty();
    assertThat(ResolvedEvent.CODEC.decode(event(first).resolved()).event().userId())
        .isEqualTo("u1");
  }

  @Test
  void aRefusedCallIsCountedAndWrittenWithItsReason() throws Exception {
    byte[] noIds = "{\"type\":\"track\",\"event\":\"Login\"}".getBytes(StandardCharsets.UTF_8);
    assertThat(take(0, LogRecord.call("shop", T0, "web", "m1", "", noIds))).isEmpty();
    byte[] torn = "{\"type\":".getBytes(StandardCharsets.UTF_8);
    assertThat(take(0, LogRecord.call("shop", T0, "web", "m2", "", torn))).isEmpty();
    take(0, LogRecord.flush(T0, 1));
    assertThat(rejects())
        .extracting(RejectedCall::reason)
        .containsExactly(DiscardReason.NO_USER_ANON_ID, DiscardReason.BAD_REQUEST);
    assertThat(rejects().get(1).sample()).isEqualTo(torn);
    assertThat(lastMarker(0).counts())
        .containsEntry("rejected.no_user_anon_id/shop/", 1L)
        .containsEntry("rejected.bad_request/shop/", 1L);
  }

  @Test
  void eachLaneCountsItsOwnCalls() throws Exception {
    take(0, login("m1", "u1", T0));
    take(0, login("m2", "u1", T0));
    take(0, login("m2", "u1", T0));
    take(1, login("m1", "u1", T0));
    restart();
    assertThat(take(0, LogRecord.flush(T0, 4))).hasSize(KEYS);
    take(1, LogRecord.flush(T0, 4));
    assertThat(lastMarker(0).counts())
        .containsEntry("accepted/shop/", 2L)
        .containsEntry("duplicate/shop/", 1L)
        .containsEntry("profiles/shop", 1L);
    assertThat(lastMarker(1).counts())
        .containsEntry("accepted/shop/", 1L)
        .containsEntry("profiles/shop", 1L)
        .doesNotContainKey("duplicate/shop/");
    assertThat(lastMarker(1).flush()).isEqualTo(4);
    assertThat(lastMarker(0).counts().get(Marker.FLUSH_OFFSET))
        .isNotEqualTo(lastMarker(1).counts().get(Marker.FLUSH_OFFSET));
  }

  @Test
  void aMergeHoldsTheSurvivorMovesTheLoserAndIsWritten() throws Exception {
    String anonymous = profile(take(0, anonymous("m1", T0)));
    String user = profile(take(0, login("m2", "u1", T0 + 1)));
    assertThat(anonymous).isNotEqualTo(user);
    restart();
    topics.clear();
    List<ProfileMessage> sent = take(0, both("m3", T0 + 2));
    String survivor = ProfileMessage.profileOf(sent.get(0).key());
    String loser = ProfileMessage.profileOf(sent.get(1).key());
    assertThat(List.of(survivor, loser)).containsExactlyInAnyOrder(anonymous, user);
    long offset = event(sent.subList(2, 3)).sequence();
    assertThat(sent.subList(0, 2))
        .containsExactly(
            new MergeMessage.Hold("shop/" + survivor, offset, T0 + 2, 1),
            new MergeMessage.Move("shop/" + loser, offset, T0 + 2, survivor, loser, 1, loser));
    assertThat(profile(sent.subList(2, 3))).isEqualTo(survivor);
    assertThat(identityChanges())
        .extracting(IdentityChange::body)
        .contains(new IdentityChange.MergedInto(loser, survivor, T0 + 2, "m3"));
    restart();
    assertThat(profile(take(0, anonymous("m4", T0 + 3)))).isEqualTo(survivor);
    assertThat(profile(take(0, login("m5", "u1", T0 + 3)))).isEqualTo(survivor);
  }

  @Test
  void aDeletedProfileIsForgottenWithAllItsIdentifiers() throws Exception {
    String user = profile(take(0, login("m1", "u1", T0)));
    String stranger = profile(take(0, anonymous("m2", T0 + 1)));
    take(0, both("m3", T0 + 2));
    restart();
    topics.clear();
    List<ProfileMessage> sent = take(0, LogRecord.delete("shop", T0 + 3, "anonymous_id", "a1"));
    assertThat(sent)
        .allMatch(
            message ->
                message instanceof MergeMessage.Delete delete
                    && delete.profile().equals(user)
                    && delete.histories() == 2)
        .extracting(ProfileMessage::key)
        .containsExactlyInAnyOrder("shop/" + user, "shop/" + stranger);
    assertThat(identityChanges())
        .extracting(IdentityChange::body)
        .containsExactlyInAnyOrder(
            new IdentityChange.Unmapped(Identifier.ofUser("user_id", "u1"), user, T0 + 3, true),
            new IdentityChange.Unmapped(
                Identifier.ofUser("anonymous_id", "a1"), user, T0 + 3, true),
            new IdentityChange.Deleted(user),
            new IdentityChange.Deleted(stranger));
    restart();
    byte[] traits = "{\"p\":1}".getBytes(StandardCharsets.UTF_8);
    TraitWrite late = new TraitWrite(user, "churn", "v1", T0 + 4, traits);
    assertThat(take(0, LogRecord.write("shop", T0 + 4, late))).isEmpty();
    assertThat(take(0, LogRecord.delete("shop", T0 + 5, "user_id", "u1"))).isEmpty();
    assertThat(profile(take(0, both("m4", T0 + 6)))).isNotIn(user, stranger);
  }

  @Test
  void anOrderThatTheRulesRefuseChangesNothingAndSaysWhichRule() throws Exception {
    String first = profile(take(0, login("m1", "u1", T0)));
    String second = profile(take(0, login("m2", "u2", T0 + 1)));
    List<Identifier> both =
        List.of(Identifier.ofUser("user_id", "u1"), Identifier.ofUser("user_id", "u2"));
    topics.clear();
    assertThat(take(0, new JoinOrder(both).inLog("shop", T0 + 2))).isEmpty();
    assertThat(records(Topics.INSIGHTS).stream().map(Insight.CODEC::decode))
        .extracting(Insight::body)
        .containsExactly(
            new Insight.Refused(
                "Identifier value limit exceeded",
                "user_id limit 1",
                both,
                List.of(first, second)));
    assertThat(identityChanges()).isEmpty();
  }

  @Test
  @Timeout(60)
  void aStoredExpressionThatCannotRunInLinearTimeStopsNeitherTheLaneNorItsRestart()
      throws Exception {
    String rules =
        """
        {"name":"Shop","identity":{"identifiers":[{"type":"user_id","blocked":[
          {"regex":"^(a|aa)+\\\\1?b$"},{"regex":"^(.*a){12}b$"},{"exact":"x"}]}]}}
        """;
    take(0, LogRecord.define("shop", T0, rules.getBytes(StandardCharsets.UTF_8)));
    assertThat(take(0, login("m1", "a".repeat(1000), T0))).hasSize(1);
    restart();
    assertThat(take(0, login("m2", "a".repeat(999), T0))).hasSize(1);
    assertThat(take(0, login("m3", "x", T0))).isEmpty();
  }

  private List<ProfileMessage> take(int lane, LogRecord record) throws Exception {
    LaneInput input = parser.map(new LogEntry(lane, offset++, record));
    harness.processElement(new StreamRecord<>(input));
    List<ProfileMessage> sent = List.copyOf(harness.extractOutputValues());
    harness.getOutput().clear();
    collect();
    return sent;
  }

  private void collect() {
    var output = harness.getSideOutput(Outputs.TOPICS);
    if (output != null) {
      output.forEach(record -> topics.add(record.getValue()));
      output.clear();
    }
  }

  private List<RejectedCall> rejects() {
    return records(Topics.REJECTED).stream().map(RejectedCall.CODEC::decode).toList();
  }

  private List<IdentityChange> identityChanges() {
    return records(Topics.IDENTIFIERS).stream().map(IdentityChange.CODEC::decode).toList();
  }

  private List<byte[]> records(String topic) {
    return topics.stream()
        .filter(record -> record.topic().equals(topic) && record.key()[0] != Marker.KEY_PREFIX)
        .map(TopicRecord::value)
        .toList();
  }

  private Marker lastMarker(int lane) {
    List<Marker> markers =
        topics.stream()
            .filter(record -> record.key()[0] == Marker.KEY_PREFIX)
            .map(record -> Marker.CODEC.decode(record.value()))
            .filter(marker -> marker.subtask() == lane)
            .toList();
    return markers.get(markers.size() - 1);
  }

  private int stateEntries() {
    if (harness.getOperator() instanceof ResolveIdentity lane
        && lane.getKeyedStateBackend() instanceof RocksDBKeyedStateBackend<?> backend) {
      return backend.numKeyValueStateEntries();
    }
    throw new IllegalStateException("state backend: got another one (expected RocksDB)");
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

  private static KeyedOneInputStreamOperatorTestHarness<Integer, LaneInput, ProfileMessage>
      unopened() {
    return unopened(new JobSettings(2, 2, KEYS, 1_000));
  }

  private static KeyedOneInputStreamOperatorTestHarness<Integer, LaneInput, ProfileMessage>
      unopened(JobSettings settings) {
    try {
      return new KeyedOneInputStreamOperatorTestHarness<>(
          new ResolveIdentity(settings), new LaneKeys(KEYS), Types.INT, KEYS, 1, 0);
    } catch (Exception e) {
      throw new IllegalStateException("harness: cannot be made", e);
    }
  }

  /** The only message that was sent, an event. */
  private static LiveEvent event(List<ProfileMessage> sent) {
    assertThat(sent).hasSize(1);
    return (LiveEvent) sent.get(0);
  }

  private static String profile(List<ProfileMessage> sent) {
    return ProfileMessage.profileOf(sent.get(sent.size() - 1).key());
  }

  private static LogRecord login(String id, String user, long at) {
    return call(id, at, "\"userId\":\"" + user + "\"");
  }

  private static LogRecord dated(String id, long timestamp, long at) {
    return call(
        id, at, "\"userId\":\"u1\",\"timestamp\":\"" + Instant.ofEpochMilli(timestamp) + "\"");
  }

  private static LogRecord anonymous(String id, long at) {
    return call(id, at, "\"anonymousId\":\"a1\"");
  }

  private static LogRecord both(String id, long at) {
    return call(id, at, "\"userId\":\"u1\",\"anonymousId\":\"a1\"");
  }

  private static LogRecord line(String id, long number, long at) {
    return LogRecord.replayed("shop", at, "web", "file", number, body(id, "\"userId\":\"u1\""));
  }

  private static LogRecord call(String id, long at, String ids) {
    return LogRecord.call("shop", at, "web", id, "", body(id, ids));
  }

  private static byte[] body(String id, String ids) {
    return ("{\"type\":\"track\",\"event\":\"Login\",\"messageId\":\"" + id + "\"," + ids + "}")
        .getBytes(StandardCharsets.UTF_8);
  }
}
