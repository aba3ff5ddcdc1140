package dev.traitflow.jobs.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.prediction.FeatureSet;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.jobs.runtime.ControlMessage;
import dev.traitflow.jobs.runtime.EventMessage;
import dev.traitflow.jobs.runtime.MergeMessage;
import dev.traitflow.jobs.runtime.ProfileMessage;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Features are sent because of events, at most every so often. Most tests run twice: once through,
 * and with a restart from a checkpoint after every step.
 */
final class RescoringTest {
  private static final long DAY = 86_400_000L;
  private static final long MINUTE = 60_000L;
  private static final long T0 = 20_000 * DAY;
  private static final long PACE = 10 * MINUTE;
  private static final String SPACE =
      """
      {"name": "Shop", "predictions": [
        {"key": "buy", "kind": "purchase", "rescore_minutes": 10},
        {"key": "gone", "kind": "churn", "event": "Login", "rescore_minutes": 60}]}
      """;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anEventSendsFeaturesAtOnceAndOthersWaitForThePace(boolean restarting) throws Exception {
    try (FoldHarness fold = scored(restarting, "a")) {
      long now = T0 + PACE;
      fold.take(login("a", "m1", now));
      assertThat(counts(fold.written())).containsExactly(new Sent(now + 1, 1));

      fold.take(login("a", "m2", now + MINUTE));
      fold.take(login("a", "m3", now + 2 * MINUTE));
      fold.passTime(now + PACE);
      assertThat(counts(fold.written())).isEmpty();

      fold.passTime(now + 1 + PACE);
      assertThat(counts(fold.written())).containsExactly(new Sent(now + 2 + PACE, 3));

      fold.passTime(now + 10 * PACE);
      assertThat(counts(fold.written())).isEmpty();
      assertThat(fold.timers()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRoundCountsAsSending(boolean restarting) throws Exception {
    try (FoldHarness fold = scored(restarting, "a")) {
      fold.take(login("a", "m1", T0 + MINUTE));
      fold.passTime(T0 + PACE - 1);
      assertThat(counts(fold.written())).isEmpty();
      fold.passTime(T0 + PACE);
      assertThat(counts(fold.written())).containsExactly(new Sent(T0 + PACE + 1, 1));
    }
  }

  /** On a clock that stands still the round's instant is that of the events: it cannot see them. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatARoundDoesNotSeeStaysDue(boolean restarting) throws Exception {
    try (FoldHarness fold = scored(restarting, "a")) {
      fold.take(login("a", "m1", T0 + MINUTE));
      fold.passTime(T0 + MINUTE);
      round(fold, 9, T0 + MINUTE);
      assertThat(counts(fold.written())).contains(new Sent(T0 + MINUTE, 0));
      fold.passTime(T0 + MINUTE + PACE);
      assertThat(counts(fold.written())).contains(new Sent(T0 + MINUTE + PACE + 1, 1));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRoundOnAStandingClockIsNotOlderThanWhatEventsSent(boolean restarting) throws Exception {
    try (FoldHarness fold = scored(restarting, "a")) {
      fold.take(login("a", "m1", T0 + PACE));
      fold.passTime(T0 + PACE);
      assertThat(counts(fold.written())).containsExactly(new Sent(T0 + PACE + 1, 1));
      round(fold, 9, T0 + PACE);
      assertThat(counts(fold.written()))
          .isNotEmpty()
          .allMatch(sent -> sent.equals(new Sent(T0 + PACE + 1, 1)));
    }
  }

  @Test
  void aFlushIsAnsweredBehindTheFeaturesThatAreDue() throws Exception {
    try (FoldHarness fold = scored(false, "a")) {
      long now = T0 + PACE;
      fold.passTime(now);
      fold.written();
      fold.take(login("a", "m1", now));
      fold.take(new ControlMessage.Flush(77, now, false).addressed("~0", 0, 1));
      List<TopicRecord> records = fold.written();
      int features = -1;
      int mark = -1;
      for (int i = 0; i < records.size(); i++) {
        TopicRecord record = records.get(i);
        if (record.topic().equals(Topics.PROFILE_FEATURES)) {
          boolean isMarker = record.key()[0] == Marker.KEY_PREFIX;
          if (isMarker && mark < 0) {
            mark = i;
          } else if (!isMarker) {
            features = i;
          }
        }
      }
      assertThat(features).isNotNegative().isLessThan(mark);
    }
  }

  /** Else a score would come back as an event and ask for the next one, for ever. */
  @Test
  void scoresThatComeBackSendNothing() throws Exception {
    try (FoldHarness fold = scored(false, "a")) {
      long now = T0 + 2 * PACE;
      fold.take(message("a", 5, now, event(EventType.WRITE, "buy", "w1", now, "{\"buy\":0.5}")));
      fold.passTime(now + 5 * PACE);
      assertThat(counts(fold.written())).isEmpty();
      fold.take(message("a", 6, now, event(EventType.IDENTIFY, "", "i1", now, "{\"age\":3}")));
      assertThat(counts(fold.written())).hasSize(1);
    }
  }

  @Test
  void withoutAModelInForceOrAKnownProfileNothingIsSent() throws Exception {
    try (FoldHarness fold = new FoldHarness(false)) {
      fold.take(define());
      fold.take(login("a", "m1", T0));
      fold.passTime(T0 + 5 * PACE);
      assertThat(counts(fold.written())).isEmpty();
    }
    try (FoldHarness fold = scored(false, "a")) {
      Event event = event(EventType.TRACK, "Login", "m1", T0 + PACE, "");
      fold.take(message("b", 5, T0 + PACE, event, Identifier.ANONYMOUS_ID));
      assertThat(counts(fold.written())).isEmpty();
      fold.take(message("b", 6, T0 + PACE, event(EventType.GROUP, "", "g1", T0 + PACE, "")));
      assertThat(counts(fold.written())).containsExactly(new Sent(T0 + PACE + 1, 1));
    }
  }

  /** A merge is one change: the survivor is sent once, with all it has got. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aMergeSendsTheSurvivorWhenItIsComplete(boolean restarting) throws Exception {
    try (FoldHarness fold = scored(restarting, "w")) {
      long now = T0 + 2 * PACE;
      fold.take(new MergeMessage.Hold("shop/w", 9, now, 1));
      for (String id : List.of("m1", "m2")) {
        Event event = event(EventType.TRACK, "Login", id, T0, "");
        byte[] body = resolved("l", 3, event, Identifier.ANONYMOUS_ID);
        fold.take(new EventMessage.MovedEvent("shop/w", 9, now, T0, 1, body));
      }
      fold.passTime(now + 1);
      assertThat(counts(fold.written())).isEmpty();
      fold.take(new MergeMessage.Moved("shop/w", 9, now, "l", 1));
      assertThat(counts(fold.written())).singleElement().matches(sent -> sent.logins == 2);
    }
  }

  @Test
  void statesOfVersionThreeStayReadable() {
    FoldState state = new FoldState();
    state.now = 5;
    state.known = true;
    byte[] bytes = FoldState.CODEC.encode(state);
    assertThat(bytes[0]).isEqualTo((byte) 5);
    // Version 4 has no last byte, which says that no account is folded again; version 3 neither
    // has the one before, which says that nothing was ever sent.
    byte[] three = Arrays.copyOf(bytes, bytes.length - 2);
    three[0] = 3;
    FoldState read = FoldState.CODEC.decode(three);
    assertThat(read.now).isEqualTo(5);
    assertThat(read.known).isTrue();
    assertThat(read.featuresAt).isEqualTo(FoldState.NO_FEATURES);
    assertThat(read.featuresDue).isEqualTo(FoldState.NOT_DUE);
  }

  @Test
  void whenFeaturesWereSentAndAreDueIsKept() {
    FoldState state = new FoldState();
    state.featuresAt = 7;
    state.featuresDue = 9;
    FoldState read = FoldState.CODEC.decode(FoldState.CODEC.encode(state));
    assertThat(read.featuresAt).isEqualTo(7);
    assertThat(read.featuresDue).isEqualTo(9);
  }

  /** Features that were sent: their instant, and how many logins they tell of. */
  private record Sent(long at, int logins) {}

  private static List<Sent> counts(List<TopicRecord> records) {
    List<Sent> sent = new ArrayList<>();
    for (TopicRecord record : records) {
      if (record.topic().equals(Topics.PROFILE_FEATURES) && record.key()[0] != Marker.KEY_PREFIX) {
        FeatureBlock block = FeatureBlock.CODEC.decode(record.value());
        int logins =
            block.events().containsKey("Login")
                ? (int) block.totals()[FeatureSet.position("count")]
                : 0;
        sent.add(new Sent(block.at(), logins));
      }
    }
    return sent;
  }

  /** A fold whose space has a model in force: a round at T0 sent what is known of the profile. */
  private static FoldHarness scored(boolean restarting, String profile) throws Exception {
    FoldHarness fold = new FoldHarness(restarting);
    fold.take(define());
    fold.take(message(profile, 2, T0, event(EventType.IDENTIFY, "", "i0", T0 - 1, "{}")));
    fold.passTime(T0);
    round(fold, 3, T0);
    assertThat(counts(fold.written())).contains(new Sent(T0, 0));
    return fold;
  }

  private static void round(FoldHarness fold, long sequence, long at) throws Exception {
    fold.take(new ControlMessage.Score(sequence, at, "shop").addressed("~0", 0, 1));
    // The flush ends the round, which else goes on in slices between events.
    fold.take(new ControlMessage.Flush(sequence, at, false).addressed("~0", 0, 1));
  }

  private static ProfileMessage login(String profile, String id, long at) {
    return message(profile, 4, at, event(EventType.TRACK, "Login", id, at, ""));
  }

  private static ProfileMessage message(String profile, long sequence, long at, Event event) {
    return message(profile, sequence, at, event, Identifier.USER_ID);
  }

  private static ProfileMessage message(
      String profile, long sequence, long at, Event event, String type) {
    return new EventMessage.LiveEvent(
        "shop/" + profile,
        sequence,
        at,
        event.timestamp(),
        event.messageId(),
        /* possibleRepeat= */ false,
        resolved(profile, sequence, event, type));
  }

  private static byte[] resolved(String profile, long sequence, Event event, String type) {
    List<Identifier> ids = List.of(Identifier.ofUser(type, profile));
    return ResolvedEvent.CODEC.encode(new ResolvedEvent("shop", profile, sequence, event, ids));
  }

  private static ProfileMessage define() {
    byte[] json = SPACE.getBytes(StandardCharsets.UTF_8);
    return new ControlMessage.Define(1, T0, "shop", json).addressed("~0", 0, 1);
  }

  private static Event event(EventType type, String name, String id, long at, String traits) {
    byte[] json = traits.getBytes(StandardCharsets.UTF_8);
    return new Event(
        type,
        id,
        at,
        at,
        "web",
        name,
        null,
        null,
        null,
        null,
        null,
        null,
        Event.NONE,
        json,
        Event.NONE);
  }
}
