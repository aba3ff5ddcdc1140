package dev.traitflow.jobs.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.RejectedCall;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.core.trait.TraitLevel;
import dev.traitflow.jobs.runtime.CodecTypeInformation;
import dev.traitflow.jobs.runtime.ControlMessage;
import dev.traitflow.jobs.runtime.EventMessage;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.MergeMessage;
import dev.traitflow.jobs.runtime.Outputs;
import dev.traitflow.jobs.runtime.ProfileMessage;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many custom trait keys a profile may have, where histories are kept and accounts folded. */
final class TraitKeysTest {
  private static final long T0 = 1_700_000_000_000L;
  private static final int MAX = 100;
  private static final String REFUSED = "refused.too_many_trait_keys/shop/web";
  private static final JobSettings SETTINGS =
      new JobSettings(2, 2, JobSettings.MAX_PARALLELISM, 1_000).withTraitKeysMax(MAX);

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

  @ParameterizedTest
  @ValueSource(ints = {10, 70, 100})
  void aNewKeyBeyondTheLimitIsLeftOutAndTheRestOfTheCallIsTaken(int before) throws Exception {
    take(identify("a", 1, keys(0, before)));
    restart();
    take(identify("a", 2, keys(before, MAX)));
    assertThat(rejected()).isEmpty();
    restart();
    ProfileMessage over = identify("a", 3, "{\"k0\":\"new\",\"x\":[1.50],\"k99\":null,\"y\":2}");
    assertThat(traits(take(over))).isEqualTo("{\"k0\":\"new\",\"k99\":null}");
    List<TopicRecord> written = written();
    assertThat(written)
        .filteredOn(record -> record.topic().equals(Topics.PROFILE_EVENTS))
        .extracting(record -> text(ResolvedEvent.eventOf(record.value()).traits()))
        .containsExactly("{\"k0\":\"new\",\"k99\":null}");
    List<RejectedCall> rejected = rejected(written);
    assertThat(rejected).hasSize(1);
    assertThat(rejected.get(0).reason()).isEqualTo(DiscardReason.TOO_MANY_TRAIT_KEYS);
    assertThat(rejected.get(0).sequence()).isEqualTo(3);
    assertThat(rejected.get(0).source()).isEqualTo("web");
    assertThat(text(rejected.get(0).sample())).isEqualTo("{\"x\":[1.5],\"y\":2}");
    assertThat(rejected.get(0).message())
        .startsWith("traits: got 2 new keys for a profile that has its 100")
        .endsWith("x, y");
    // The history holds what was let in, so that a move brings the same.
    restart();
    assertThat(take(move("a", 9)))
        .filteredOn(EventMessage.class::isInstance)
        .extracting(TraitKeysTest::traits)
        .contains("{\"k0\":\"new\",\"k99\":null}")
        .noneMatch(traits -> traits.contains("\"x\""));
  }

  @Test
  void theCallsThatLostKeysAreCountedOverRestarts() throws Exception {
    take(identify("a", 1, keys(0, MAX)));
    take(identify("a", 2, "{\"x\":1,\"y\":2}"));
    assertThat(counts(flush(1))).containsExactly(Map.entry(REFUSED, 1L));
    restart();
    take(identify("a", 3, "{\"x\":1}"));
    take(identify("b", 4, "{\"x\":1}"));
    assertThat(counts(flush(2))).containsExactly(Map.entry(REFUSED, 2L));
    restart();
    assertThat(counts(flush(3))).containsExactly(Map.entry(REFUSED, 2L));
  }

  private List<TopicRecord> flush(long number) throws Exception {
    take(new ControlMessage.Flush(number, T0, false).addressed("shop/a", 0, 1));
    return written();
  }

  private static Map<String, Long> counts(List<TopicRecord> records) {
    return records.stream()
        .filter(record -> Marker.isMarkerKey(record.key()))
        .map(record -> Marker.CODEC.decode(record.value()).counts())
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  @Test
  void profilesAreCountedApartAndOthersCallsAreNotLookedAt() throws Exception {
    take(identify("a", 1, keys(0, MAX)));
    take(identify("b", 2, keys(0, MAX)));
    ProfileMessage group = message("a", 3, EventType.GROUP, "{\"more\":1}");
    assertThat(traits(take(group))).isEqualTo("{\"more\":1}");
    assertThat(rejected()).isEmpty();
    take(identify("a", 4, "{\"more\":1}"));
    assertThat(rejected()).hasSize(1);
  }

  @Test
  void aDeletedProfileBeginsWithoutKeys() throws Exception {
    take(identify("a", 1, keys(0, MAX)));
    take(new MergeMessage.Delete("shop/a", 2, T0, "a", 1, "a"));
    take(identify("a", 3, "{\"more\":1}"));
    assertThat(rejected()).isEmpty();
  }

  @Test
  void anAccountIsHeldToTheSameLimit() throws Exception {
    try (FoldHarness fold = new FoldHarness(false, TraitLevel.ACCOUNT, MAX)) {
      fold.take(group(1, keys(0, MAX)));
      fold.take(group(2, "{\"k1\":\"new\",\"more\":1}"));
      List<TopicRecord> records = fold.written();
      assertThat(FoldHarness.values(records, "acc"))
          .hasSize(MAX)
          .containsEntry("k1", "\"new\"")
          .doesNotContainKey("more");
      assertThat(rejected(records))
          .extracting(RejectedCall::reason)
          .containsExactly(DiscardReason.TOO_MANY_TRAIT_KEYS);
      assertThat(counts(records)).containsEntry(REFUSED, 1L);
    }
  }

  private List<ProfileMessage> take(ProfileMessage message) throws Exception {
    harness.processElement(new StreamRecord<>(message));
    List<ProfileMessage> sent = List.copyOf(harness.extractOutputValues());
    harness.getOutput().clear();
    return sent;
  }

  private static String traits(List<ProfileMessage> sent) {
    assertThat(sent).hasSize(1);
    return traits(sent.get(0));
  }

  private static String traits(ProfileMessage message) {
    return text(ResolvedEvent.eventOf(((EventMessage) message).resolved()).traits());
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

  private List<RejectedCall> rejected() {
    return rejected(written());
  }

  private static List<RejectedCall> rejected(List<TopicRecord> records) {
    return records.stream()
        .filter(record -> record.topic().equals(Topics.REJECTED))
        .map(record -> RejectedCall.CODEC.decode(record.value()))
        .toList();
  }

  private void restart() throws Exception {
    written();
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
          new KeepHistory(SETTINGS),
          ProfileMessage::key,
          Types.STRING,
          JobSettings.MAX_PARALLELISM,
          1,
          0);
    } catch (Exception e) {
      throw new IllegalStateException("harness: cannot be made", e);
    }
  }

  private static String keys(int from, int to) {
    StringJoiner traits = new StringJoiner(",", "{", "}");
    for (int key = from; key < to; key++) {
      traits.add("\"k" + key + "\":" + key);
    }
    return traits.toString();
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private static ProfileMessage identify(String profile, long sequence, String traits) {
    return message(profile, sequence, EventType.IDENTIFY, traits);
  }

  private static ProfileMessage group(long sequence, String traits) {
    return message(
        "acc",
        sequence,
        EventType.GROUP,
        traits,
        new Identifier(Identifier.ACCOUNTS, Identifier.GROUP_ID, "acme"));
  }

  private static ProfileMessage message(
      String profile, long sequence, EventType type, String traits) {
    return message(profile, sequence, type, traits, Identifier.ofUser(Identifier.USER_ID, profile));
  }

  private static ProfileMessage message(
      String profile, long sequence, EventType type, String traits, Identifier identifier) {
    Event event =
        new Event(
            type,
            "m" + sequence,
            T0 + sequence,
            T0,
            "web",
            "",
            "u1",
            null,
            null,
            null,
            null,
            null,
            Event.NONE,
            traits.getBytes(StandardCharsets.UTF_8),
            Event.NONE);
    ResolvedEvent resolved =
        new ResolvedEvent("shop", profile, sequence, event, List.of(identifier));
    byte[] body = ResolvedEvent.CODEC.encode(resolved);
    return new EventMessage.LiveEvent(
        "shop/" + profile, sequence, T0, event.timestamp(), event.messageId(), false, body);
  }

  private static ProfileMessage move(String profile, long sequence) {
    return new MergeMessage.Move("shop/" + profile, sequence, T0, "w", "l", 1, profile);
  }
}
