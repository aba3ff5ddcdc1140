package dev.traitflow.jobs.profile;

import static dev.traitflow.jobs.profile.ShopMessages.DAY;
import static dev.traitflow.jobs.profile.ShopMessages.T0;
import static dev.traitflow.jobs.profile.ShopMessages.define;
import static dev.traitflow.jobs.profile.ShopMessages.event;
import static dev.traitflow.jobs.profile.ShopMessages.flush;
import static dev.traitflow.jobs.profile.ShopMessages.identify;
import static dev.traitflow.jobs.profile.ShopMessages.known;
import static dev.traitflow.jobs.profile.ShopMessages.left;
import static dev.traitflow.jobs.profile.ShopMessages.login;
import static dev.traitflow.jobs.profile.ShopMessages.moved;
import static dev.traitflow.jobs.profile.ShopMessages.numbered;
import static dev.traitflow.jobs.profile.ShopMessages.page;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.profile.HeapProfileStore;
import dev.traitflow.core.profile.ProfileEngine;
import dev.traitflow.core.profile.ProfilePlan;
import dev.traitflow.core.profile.ProfileState;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.ProfileChange;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.jobs.runtime.ControlMessage;
import dev.traitflow.jobs.runtime.MergeMessage;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Most tests run twice: once through, and with a restart from a checkpoint after every step. */
final class FoldProfilesTest {
  private static final String COUNT =
      """
      {"name": "Shop", "traits": [
        {"key": "logins", "slot": 0, "type": "event_counter", "event": "Login"},
        {"key": "logins_1d", "slot": 1, "type": "event_counter", "event": "Login",
         "window": {"within": "1 d"}}]}
      """;
  private static final String COUNT_PAGES =
      """
      {"name": "Shop", "traits": [
        {"key": "logins", "slot": 0, "type": "event_counter", "event": "Login"},
        {"key": "pages", "slot": 2, "type": "event_counter", "event": "Page Viewed"}]}
      """;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void valuesAreThoseOfTheEngineOverTheWholeHistory(boolean restarting) throws Exception {
    ProfileEngine engine = engine(COUNT);
    HeapProfileStore history = new HeapProfileStore();
    ProfileState state = engine.load(null);
    Random random = new Random(7);
    List<TopicRecord> written = new ArrayList<>();
    try (FoldHarness fold = new FoldHarness(restarting)) {
      fold.take(define(1, COUNT));
      long now = T0;
      for (int i = 0; i < 40; i++) {
        now += random.nextLong(DAY / 8);
        Event event = login("m" + i, now - random.nextLong(DAY));
        fold.take(event("a", i + 2, now, event));
        history.append(event);
        engine.add(state, history, event, now);
        written.addAll(fold.written());
        assertThat(FoldHarness.values(written, "a")).isEqualTo(values(engine, state));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void windowsMoveWithTimeAlone(boolean restarting) throws Exception {
    try (FoldHarness fold = new FoldHarness(restarting)) {
      fold.take(define(1, COUNT));
      fold.take(event("a", 2, T0, login("m1", T0)));
      assertThat(FoldHarness.values(fold.written(), "a"))
          .containsEntry("logins", "1")
          .containsEntry("logins_1d", "1");
      fold.passTime(T0 + DAY - 1);
      assertThat(FoldHarness.values(fold.written(), "a").getOrDefault("logins_1d", "1"))
          .isEqualTo("1");
      fold.passTime(T0 + DAY);
      assertThat(FoldHarness.values(fold.written(), "a")).containsEntry("logins_1d", "0");
      assertThat(fold.timers()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aMergeShowsNothingUntilAllOfItHasCome(boolean restarting) throws Exception {
    try (FoldHarness fold = new FoldHarness(restarting)) {
      fold.take(define(1, COUNT));
      fold.take(event("w", 2, T0, login("m1", T0)));
      fold.written();
      fold.take(moved("w", 5, 2, login("m2", T0 + 1)));
      fold.take(moved("w", 5, 2, login("m3", T0 + 2)));
      fold.take(moved("w", "l"));
      fold.take(event("w", 6, T0 + 10, login("m5", T0 + 10)));
      assertThat(FoldHarness.changes(fold.written())).isEmpty();
      fold.take(new MergeMessage.Hold("shop/w", 5, T0 + 10, 2));
      assertThat(FoldHarness.changes(fold.written())).isEmpty();
      fold.take(moved("w", 5, 2, login("m4", T0 + 3)));
      assertThat(FoldHarness.changes(fold.written())).isEmpty();
      fold.take(moved("w", "k"));

      List<TopicRecord> records = fold.written();
      List<ProfileChange> changes = FoldHarness.changes(records);
      assertThat(FoldHarness.values(records, "w"))
          .containsEntry("logins", "5")
          .containsEntry("logins_1d", "5");
      assertThat(changes.subList(changes.size() - 2, changes.size()))
          .extracting(ProfileChange::body)
          .containsExactly(new ProfileChange.Absorbed("l", 5), new ProfileChange.Absorbed("k", 5));
      fold.take(event("w", 7, T0 + 11, login("m6", T0 + 11)));
      assertThat(FoldHarness.changes(fold.written()))
          .noneMatch(change -> change.body() instanceof ProfileChange.Absorbed);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingIsLeftOfALoserAfterItsLastHistoryHasGone(boolean restarting) throws Exception {
    try (FoldHarness fold = new FoldHarness(restarting)) {
      fold.take(define(1, COUNT));
      fold.take(event("l", 2, T0, login("m1", T0)));
      fold.take(event("l", 3, T0 + 2 * DAY, login("m2", T0 + 2 * DAY)));
      for (int i = 0; i < 20; i++) {
        fold.take(event("l", 4, T0 + 2 * DAY, login("x" + i, T0 + DAY + i)));
      }
      assertThat(fold.timers()).isEqualTo(1);
      fold.take(left("l", "l"));
      fold.written();
      assertThat(fold.entries()).isPositive();
      fold.take(left("l", "k"));
      fold.written();
      assertThat(fold.timers()).isZero();
      assertThat(fold.entries()).isZero();
      fold.passTime(T0 + 9 * DAY);
      assertThat(FoldHarness.changes(fold.written())).isEmpty();
    }
  }

  @Test
  void stateStopsGrowingOnceAllWindowsHavePassed() throws Exception {
    String json =
        "{\"name\":\"Shop\",\"traits\":["
            + "{\"key\":\"max\",\"type\":\"aggregation\",\"aggregation\":\"max\",\"event\":\"Login\","
            + "\"property\":\"n\",\"window\":{\"within\":\"7 d\"}},"
            + "{\"key\":\"list\",\"type\":\"unique_list\",\"event\":\"Login\",\"property\":\"n\","
            + "\"window\":{\"between\":[\"1 d\",\"7 d\"]}},"
            + "{\"key\":\"last\",\"type\":\"last\",\"event\":\"Login\",\"property\":\"n\","
            + "\"window\":{\"session\":\"30 m\"}}]}";
    try (FoldHarness fold = new FoldHarness(false)) {
      fold.take(define(1, json));
      for (int i = 0; i < 2_000; i++) {
        long at = T0 + i * 60_000L;
        fold.take(event("p" + i % 20, i + 2, at, numbered("m" + i, at, i)));
        if (i % 100 == 0) {
          fold.passTime(at);
          fold.written();
        }
      }
      fold.written();
      int during = fold.entries();
      assertThat(fold.timers()).isEqualTo(20);
      fold.passTime(T0 + 9 * DAY);
      fold.written();
      int after = fold.entries();
      long bytes = fold.checkpointBytes();
      assertThat(fold.timers()).isZero();
      assertThat(after).isLessThanOrEqualTo(during);
      for (int day = 10; day < 40; day++) {
        fold.passTime(T0 + day * DAY);
        fold.written();
      }
      assertThat(fold.entries()).isLessThanOrEqualTo(after);
      assertThat(fold.checkpointBytes()).isLessThanOrEqualTo(bytes);
    }
  }

  @Test
  void aFlushIsAnsweredOnceAllOriginsAndTheTimeHaveReachedIt() throws Exception {
    try (FoldHarness fold = new FoldHarness(false)) {
      fold.take(event("a", 1, T0, identify("m1", T0)));
      fold.take(flush(0, 2, T0 + 5));
      fold.passTime(T0 + 5);
      assertThat(flushesAnswered(fold.written())).doesNotContain(1L);
      fold.take(flush(1, 2, T0 + 5));
      List<TopicRecord> records = fold.written();
      assertThat(flushesAnswered(records)).contains(1L);
      assertThat(FoldHarness.markers(records, Topics.PROFILE_FEATURES))
          .hasSize(2)
          .allMatch(marker -> marker.flush() == 1 && marker.stage().equals(FoldProfiles.STAGE));
    }
  }

  @Test
  void aFlushWaitsForTheWatermarkAndComesAfterTheValues() throws Exception {
    try (FoldHarness fold = new FoldHarness(false)) {
      fold.take(define(1, COUNT));
      fold.take(event("a", 2, T0, login("m1", T0)));
      fold.take(flush(0, 1, T0 + DAY));
      assertThat(flushesAnswered(fold.written())).doesNotContain(1L);
      fold.passTime(T0 + DAY);
      List<TopicRecord> records = fold.written();
      assertThat(FoldHarness.values(records, "a")).containsEntry("logins_1d", "0");
      assertThat(flushesAnswered(records)).contains(1L);
      int lastValue = -1;
      int firstMarker = Integer.MAX_VALUE;
      for (int i = 0; i < records.size(); i++) {
        if (records.get(i).key()[0] == Marker.KEY_PREFIX) {
          firstMarker = Math.min(firstMarker, i);
        } else {
          lastValue = i;
        }
      }
      assertThat(lastValue).isLessThan(firstMarker);
    }
  }

  @Test
  void aLaterAttemptShowsAllValuesOfAProfileAtItsFirstTouch() throws Exception {
    try (FoldHarness fold = new FoldHarness(false)) {
      fold.take(define(1, COUNT));
      fold.take(event("a", 2, T0, identify("m1", T0)));
      fold.take(event("a", 3, T0, login("m2", T0)));
      fold.written();
      fold.take(event("a", 4, T0 + 1, login("m3", T0 + 1)));
      assertThat(FoldHarness.values(fold.written(), "a")).containsOnlyKeys("logins", "logins_1d");
      fold.restart();
      fold.take(event("a", 5, T0 + 2, login("m4", T0 + 2)));
      assertThat(FoldHarness.values(fold.written(), "a"))
          .containsOnlyKeys("logins", "logins_1d", "plan");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aChangedDefinitionRefoldsEveryProfileByTheNextFlush(boolean restarting) throws Exception {
    try (FoldHarness fold = new FoldHarness(restarting)) {
      fold.take(define(1, COUNT));
      fold.take(event("a", 2, T0, login("m1", T0)));
      fold.take(event("b", 3, T0, page("m2", T0)));
      fold.written();
      fold.take(define(4, COUNT_PAGES));
      fold.take(flush(0, 1, T0 + 1));
      fold.passTime(T0 + 1);
      List<TopicRecord> records = fold.written();
      assertThat(FoldHarness.values(records, "b")).containsEntry("pages", "1");
      if (!restarting) {
        assertThat(flushesAnswered(records)).contains(1L);
      }
    }
  }

  @Test
  void aBeatWritesWhatIsPendingAndLeavesTheSweepToItsSlices() throws Exception {
    try (FoldHarness fold = new FoldHarness(false)) {
      fold.take(define(1, COUNT));
      fold.take(event("a", 2, T0, page("m1", T0)));
      fold.written();
      fold.take(define(3, COUNT_PAGES));
      fold.take(event("b", 4, T0, page("m2", T0)));
      fold.take(flush(LogRecord.beat(T0, 1)));
      fold.passTime(T0);
      List<TopicRecord> records = fold.written();
      List<TopicRecord> before = beforeTheMark(records, 1);
      assertThat(FoldHarness.values(before, "b")).containsEntry("pages", "1");
      assertThat(FoldHarness.values(before, "a")).doesNotContainKey("pages");
      assertThat(FoldHarness.markers(records, Topics.PROFILE_FEATURES)).isEmpty();

      fold.take(flush(LogRecord.flush(T0, 2)));
      fold.take(flush(LogRecord.beat(T0, 3)));
      records = fold.written();
      assertThat(flushesAnswered(records)).contains(2L, 3L);
      assertThat(FoldHarness.markers(records, Topics.PROFILE_FEATURES))
          .isNotEmpty()
          .allMatch(marker -> marker.flush() == 2);
    }
  }

  /** What was written before the fold answered a flush. */
  private static List<TopicRecord> beforeTheMark(List<TopicRecord> records, long flush) {
    for (int i = 0; i < records.size(); i++) {
      if (flushesAnswered(List.of(records.get(i))).contains(flush)) {
        return records.subList(0, i);
      }
    }
    throw new AssertionError("flush " + flush + " was not answered");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aScoringRoundGivesTheFeaturesOfKnownProfilesOnly(boolean restarting) throws Exception {
    try (FoldHarness fold = new FoldHarness(restarting)) {
      fold.take(define(1, COUNT));
      fold.take(event("anonymous", 2, T0, login("m1", T0)));
      fold.take(known("known", 3, identify("m2", T0)));
      fold.passTime(T0 + 1);
      fold.written();
      fold.take(new ControlMessage.Score(4, T0 + 1, "shop").addressed("~0", 0, 1));
      List<String> profiles =
          fold.written().stream()
              .filter(record -> record.topic().equals(Topics.PROFILE_FEATURES))
              .filter(record -> record.key()[0] != Marker.KEY_PREFIX)
              .map(record -> FeatureBlock.CODEC.decode(record.value()).profile())
              .toList();
      assertThat(profiles).contains("known").doesNotContain("anonymous");
    }
  }

  private static List<Long> flushesAnswered(List<TopicRecord> records) {
    return FoldHarness.markers(records, Topics.PROFILE_CHANGES).stream()
        .map(Marker::flush)
        .toList();
  }

  private static Map<String, String> values(ProfileEngine engine, ProfileState state) {
    Map<String, String> values = new TreeMap<>();
    for (TraitValue value : engine.values(state)) {
      values.put(value.key(), String.valueOf(value.text()));
    }
    return values;
  }

  private static ProfileEngine engine(String json) throws Exception {
    List<Problem> problems = new ArrayList<>();
    SpaceDefinition space = SpaceDefinition.parse(new JsonMapper().readTree(json), problems);
    assertThat(problems).isEmpty();
    return new ProfileEngine(ProfilePlan.of(space.traits()));
  }
}
