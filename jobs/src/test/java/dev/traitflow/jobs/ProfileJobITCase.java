package dev.traitflow.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.RejectedCall;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.jobs.identity.ResolveIdentity;
import dev.traitflow.jobs.profile.FoldProfiles;
import dev.traitflow.jobs.profile.KeepHistory;
import dev.traitflow.jobs.runtime.CodecTypeInformation;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.LogEntry;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two lanes, a few calls in each: a merge, an account, a repeat and a torn call. */
@ExtendWith(JobCluster.class)
@Timeout(60)
final class ProfileJobITCase {
  private static final long T0 = 1_700_000_000_000L;
  private static final JobSettings SETTINGS =
      new JobSettings(2, 2, JobSettings.MAX_PARALLELISM, 1_000);
  private static final String SHOP =
      """
      {'name': 'Shop', 'traits': [
        {'key': 'logins', 'type': 'event_counter', 'event': 'Login'},
        {'key': 'team_logins', 'level': 'account', 'type': 'event_counter', 'event': 'Login'}]}
      """;
  private static final String BOOKS =
      """
      {'name': 'Books', 'traits': [
        {'key': 'pages', 'type': 'aggregation', 'aggregation': 'sum', 'event': 'Read',
         'property': 'pages'}]}
      """;

  private final CollectedSink topics = new CollectedSink();
  private final TopicReader reader = new TopicReader();

  @Test
  void callsBecomeProfilesValuesAndAnswersToTheBarrier(StreamExecutionEnvironment env)
      throws Exception {
    ProfileJob.define(
        env,
        BoundedSource.of(CodecTypeInformation.logEntries(), lane(0, shop()), lane(1, books())),
        topics,
        SETTINGS);
    env.execute("profile job");
    for (TopicRecord record : topics.records()) {
      TopicReader.Place place = new TopicReader.Place(record.topic(), record.partition());
      reader.apply(place, record.key(), record.value());
    }

    String ada = reader.profileOf("shop", Identifier.ofUser("user_id", "ada"));
    assertThat(ada)
        .isNotNull()
        .isEqualTo(reader.profileOf("shop", Identifier.ofUser("anonymous_id", "cookie")));
    assertThat(reader.merges("shop")).hasSize(1).containsValue(ada);
    assertThat(reader.pointers("shop")).isEqualTo(reader.merges("shop"));
    assertThat(reader.values("shop"))
        .isEqualTo(
            Map.of(
                ada,
                Map.of("logins", "3", "plan", "\"gold\""),
                ProfileIds.ofAccount("shop", "team"),
                Map.of("team_logins", "3", "size", "7")));
    assertThat(reader.events("shop").values().stream().mapToInt(each -> each.size()).sum())
        .isEqualTo(5);

    String bob = reader.profileOf("books", Identifier.ofUser("user_id", "bob"));
    assertThat(bob).isNotNull();
    assertThat(reader.values("books")).isEqualTo(Map.of(bob, Map.of("pages", "7")));

    assertThat(rejected())
        .extracting(RejectedCall::reason)
        .containsExactlyInAnyOrder(DiscardReason.DUPLICATE, DiscardReason.BAD_REQUEST);
    assertBarrierAnswered(Topics.IDENTIFIERS, ResolveIdentity.STAGE);
    assertBarrierAnswered(Topics.PROFILE_EVENTS, KeepHistory.STAGE);
    assertBarrierAnswered(Topics.PROFILE_CHANGES, FoldProfiles.STAGE);
    assertBarrierAnswered(Topics.PROFILE_CHANGES, FoldProfiles.ACCOUNTS_STAGE);
    assertBarrierAnswered(Topics.PROFILE_FEATURES, FoldProfiles.STAGE);
  }

  private static List<LogRecord> shop() {
    return List.of(
        define("shop", SHOP),
        call("shop", "m1", "'type':'track','event':'Login','anonymousId':'cookie'"),
        call("shop", "m2", "'type':'track','event':'Login','userId':'ada'"),
        call("shop", "m2", "'type':'track','event':'Login','userId':'ada'"),
        call("shop", "m3", "'type':'track','event':'Login','userId':'ada','anonymousId':'cookie'"),
        call("shop", "m4", "'type':'identify','userId':'ada','traits':{'plan':'gold'}"),
        call("shop", "m5", "'type':'group','userId':'ada','groupId':'team','traits':{'size':7}"),
        LogRecord.call("shop", T0, "web", "m6", "", "{".getBytes(UTF_8)),
        LogRecord.flush(T0 + 1, 1));
  }

  private static List<LogRecord> books() {
    return List.of(
        define("books", BOOKS),
        call(
            "books", "m1", "'type':'track','event':'Read','userId':'bob','properties':{'pages':3}"),
        call(
            "books", "m2", "'type':'track','event':'Read','userId':'bob','properties':{'pages':4}"),
        LogRecord.tick(T0),
        LogRecord.tick(T0),
        LogRecord.tick(T0),
        LogRecord.tick(T0),
        LogRecord.tick(T0),
        LogRecord.flush(T0 + 1, 1));
  }

  private static List<LogEntry> lane(int lane, List<LogRecord> records) {
    List<LogEntry> entries = new ArrayList<>();
    for (LogRecord record : records) {
      entries.add(new LogEntry(lane, entries.size(), record));
    }
    return entries;
  }

  private static LogRecord define(String space, String json) {
    return LogRecord.define(space, T0, json.replace('\'', '"').getBytes(UTF_8));
  }

  private static LogRecord call(String space, String messageId, String members) {
    String json = "{'messageId':'" + messageId + "'," + members + "}";
    return LogRecord.call(space, T0, "web", messageId, "", json.replace('\'', '"').getBytes(UTF_8));
  }

  private List<RejectedCall> rejected() {
    return topics.records().stream()
        .filter(record -> record.topic().equals(Topics.REJECTED))
        .filter(record -> !Marker.isMarkerKey(record.key()))
        .map(record -> RejectedCall.CODEC.decode(record.value()))
        .toList();
  }

  /** Both subtasks, or lanes, have answered barrier 1 in both partitions of the topic. */
  private void assertBarrierAnswered(String topic, String stage) {
    assertThat(topics.records())
        .filteredOn(record -> record.topic().equals(topic) && Marker.isMarkerKey(record.key()))
        .filteredOn(record -> isAnswer(Marker.CODEC.decode(record.value()), stage))
        .extracting(
            record -> record.partition() + " of " + Marker.CODEC.decode(record.value()).subtask())
        .as(topic + " by " + stage)
        .contains("0 of 0", "1 of 0", "0 of 1", "1 of 1");
  }

  private static boolean isAnswer(Marker marker, String stage) {
    return marker.stage().equals(stage) && marker.flush() == 1;
  }
}
