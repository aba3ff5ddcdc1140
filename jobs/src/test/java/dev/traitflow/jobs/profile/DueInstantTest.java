package dev.traitflow.jobs.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.core.trait.TraitLevel;
import dev.traitflow.jobs.runtime.ControlMessage;
import dev.traitflow.jobs.runtime.EventMessage;
import dev.traitflow.jobs.runtime.MergeMessage;
import dev.traitflow.jobs.runtime.ProfileMessage;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** At rest a fold says at which instant time alone changes a value next. */
final class DueInstantTest {
  private static final long DAY = 86_400_000L;
  private static final long HOUR = 3_600_000L;
  private static final long T0 = 20_000 * DAY;

  /** Slices of a sweep and periods of a large bundle come first. */
  private static final int RESTS_MAX = 50;

  private static final String SPACE =
      """
      {"name": "Shop", "traits": [
        {"key": "logins_1d", "slot": 0, "type": "event_counter", "event": "Login",
         "window": {"within": "1 d"}}]}
      """;

  @ParameterizedTest
  @EnumSource(TraitLevel.class)
  void withoutAWindowThatEndsNothingIsDue(TraitLevel level) throws Exception {
    try (FoldHarness fold = new FoldHarness(false, level)) {
      fold.take(define());
      assertThat(due(fold, T0)).isEqualTo(Long.MAX_VALUE);
    }
  }

  @Test
  void theEndOfTheEarliestWindowIsDueAndThenTheNext() throws Exception {
    try (FoldHarness fold = defined()) {
      fold.take(login("late", 2, T0 + 5 * HOUR));
      fold.take(login("early", 3, T0));
      assertThat(due(fold, T0 + 6 * HOUR)).isEqualTo(T0 + DAY);

      fold.passTime(T0 + DAY - 1);
      assertThat(FoldHarness.changes(fold.written())).isEmpty();
      fold.passTime(T0 + DAY);
      assertThat(FoldHarness.values(fold.written(), "early")).containsEntry("logins_1d", "0");

      assertThat(due(fold, T0 + DAY + 10)).isEqualTo(T0 + 5 * HOUR + DAY);
      assertThat(fold.timers()).isEqualTo(1);
      fold.passTime(T0 + 5 * HOUR + DAY);
      assertThat(FoldHarness.values(fold.written(), "late")).containsEntry("logins_1d", "0");
      assertThat(due(fold, T0 + 3 * DAY)).isEqualTo(Long.MAX_VALUE);
    }
  }

  @Test
  void behindAnEventItIsNotKnownUntilTimePassesAlone() throws Exception {
    try (FoldHarness fold = defined()) {
      fold.take(login("a", 2, T0));
      fold.passTime(T0 + 1);
      assertThat(newest(fold.written())).doesNotContainKey(Marker.DUE);
      fold.passTime(T0 + 2);
      assertThat(newest(fold.written())).containsEntry(Marker.DUE, T0 + DAY);

      fold.take(login("b", 3, T0 + HOUR));
      fold.passTime(T0 + HOUR);
      assertThat(newest(fold.written())).doesNotContainKey(Marker.DUE);
    }
  }

  @Test
  void aProfileThatIsGoneIsDueNoMore() throws Exception {
    try (FoldHarness fold = defined()) {
      fold.take(login("a", 2, T0));
      fold.take(login("b", 3, T0 + HOUR));
      assertThat(due(fold, T0 + 2 * HOUR)).isEqualTo(T0 + DAY);
      fold.take(new MergeMessage.Left("shop/a", 4, T0 + 2 * HOUR, "a", "", /* histories= */ 1));
      assertThat(due(fold, T0 + 3 * HOUR)).isEqualTo(T0 + HOUR + DAY);
    }
  }

  @Test
  void aSurvivorIsDueWhenTheEarliestOfItsEventsLeaves() throws Exception {
    try (FoldHarness fold = defined()) {
      fold.take(login("w", 2, T0 + 9 * HOUR));
      long at = T0 + 10 * HOUR;
      fold.take(new MergeMessage.Hold("shop/w", 9, at, 1));
      byte[] body = resolved("l", 1, event("m", T0 + HOUR));
      fold.take(new EventMessage.MovedEvent("shop/w", 9, at, T0 + HOUR, 1, body));
      fold.take(new MergeMessage.Moved("shop/w", 9, at, "l", 1));
      assertThat(due(fold, at)).isEqualTo(T0 + HOUR + DAY);
    }
  }

  @Test
  void aRestartKnowsItAgain() throws Exception {
    try (FoldHarness fold = defined()) {
      fold.take(login("a", 2, T0));
      fold.restart();
      assertThat(due(fold, T0 + HOUR)).isEqualTo(T0 + DAY);
      fold.restart();
      assertThat(due(fold, T0 + 2 * HOUR)).isEqualTo(T0 + DAY);
      fold.passTime(T0 + DAY);
      assertThat(FoldHarness.values(fold.written(), "a")).containsEntry("logins_1d", "0");
    }
  }

  @Test
  void lookingNeitherLosesATimerNorMovesTime() throws Exception {
    Random random = new Random(3);
    try (FoldHarness fold = defined()) {
      TreeMap<Long, String> ends = new TreeMap<>();
      for (int i = 0; i < 300; i++) {
        long at = T0 + random.nextLong(DAY / 2);
        fold.take(login("p" + i, i + 2, at));
        ends.put(at + DAY, "p" + i);
      }
      long now = T0 + DAY / 2;
      while (!ends.isEmpty()) {
        assertThat(due(fold, now)).isEqualTo(ends.firstKey());
        assertThat(fold.timers()).isEqualTo(ends.size());
        now = ends.firstKey() + random.nextLong(HOUR);
        fold.passTime(now);
        List<TopicRecord> written = fold.written();
        for (String gone : ends.headMap(now, true).values()) {
          assertThat(FoldHarness.values(written, gone)).containsEntry("logins_1d", "0");
        }
        ends.headMap(now, true).clear();
      }
      assertThat(due(fold, now)).isEqualTo(Long.MAX_VALUE);
    }
  }

  private static FoldHarness defined() throws Exception {
    FoldHarness fold = new FoldHarness(false);
    fold.take(define());
    return fold;
  }

  /** What is due once the fold is at rest, some milliseconds after {@code now}. */
  private static long due(FoldHarness fold, long now) throws Exception {
    for (int i = 1; i <= RESTS_MAX; i++) {
      fold.passTime(now + i);
      List<Marker> markers = FoldHarness.markers(fold.written(), Topics.PROFILE_CHANGES);
      if (!markers.isEmpty() && markers.get(0).counts().containsKey(Marker.DUE)) {
        return markers.get(0).counts().get(Marker.DUE);
      }
    }
    throw new AssertionError("not at rest after " + RESTS_MAX + " periods");
  }

  private static Map<String, Long> newest(List<TopicRecord> written) {
    List<Marker> markers = FoldHarness.markers(written, Topics.PROFILE_CHANGES);
    return markers.get(markers.size() - 1).counts();
  }

  private static ProfileMessage define() {
    byte[] body = SPACE.getBytes(StandardCharsets.UTF_8);
    return new ControlMessage.Define(1, T0, "shop", body).addressed("~0", 0, 1);
  }

  private static ProfileMessage login(String profile, long sequence, long at) {
    Event event = event("m" + sequence, at);
    byte[] body = resolved(profile, sequence, event);
    return new EventMessage.LiveEvent(
        "shop/" + profile, sequence, at, at, event.messageId(), false, body);
  }

  private static byte[] resolved(String profile, long sequence, Event event) {
    List<Identifier> ids = List.of(Identifier.ofUser(Identifier.ANONYMOUS_ID, profile));
    return ResolvedEvent.CODEC.encode(new ResolvedEvent("shop", profile, sequence, event, ids));
  }

  private static Event event(String id, long at) {
    return new Event(
        EventType.TRACK,
        id,
        at,
        at,
        "web",
        "Login",
        null,
        null,
        null,
        null,
        null,
        null,
        Event.NONE,
        Event.NONE,
        Event.NONE);
  }
}
