package dev.traitflow.jobs.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.jobs.runtime.EventMessage.LiveEvent;
import dev.traitflow.jobs.runtime.EventMessage.MovedEvent;
import dev.traitflow.jobs.runtime.MergeMessage;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Profiles with more custom traits than are kept together in the state of a profile. */
final class ManyCustomTraitsTest {
  private static final long T0 = 1_700_000_000_000L;
  private static final int KEYS_EACH = 250;

  @ParameterizedTest
  @ValueSource(ints = {1_000, 10_000})
  void whatEveryEventReadsAndWritesDoesNotGrowWithTheKeys(int keys) throws Exception {
    try (FoldHarness fold = new FoldHarness(false)) {
      fill(fold, "p", keys);
      fold.written();
      fold.take(identify("p", "late", T0 + 1, "{\"k1\":\"new\",\"plan\":\"pro\"}"));
      assertThat(FoldHarness.values(fold.written(), "p"))
          .containsExactlyInAnyOrderEntriesOf(Map.of("k1", "\"new\"", "plan", "\"pro\""));
      assertThat(fold.profileBytes("shop/p")).isLessThan(8_192);
    }
  }

  @Test
  void theNewestValueOfAKeyWinsAcrossRestartsAndRemovalsStay() throws Exception {
    try (FoldHarness fold = new FoldHarness(true)) {
      fill(fold, "p", 1_000);
      fold.take(identify("p", "newer", T0 + 9, "{\"k1\":\"new\",\"k2\":null}"));
      fold.take(identify("p", "older", T0 + 5, "{\"k1\":\"old\",\"k2\":\"old\",\"k3\":\"mid\"}"));
      fold.written();
      fold.take(identify("p", "last", T0 + 10, "{\"k4\":4}"));
      // The first sight of a profile after a restart shows all of it.
      assertThat(FoldHarness.values(fold.written(), "p"))
          .hasSize(1_000)
          .containsEntry("k1", "\"new\"")
          .containsEntry("k2", "null")
          .containsEntry("k3", "\"mid\"")
          .containsEntry("k4", "4")
          .containsEntry("k999", "\"value 999\"");
    }
  }

  @Test
  void aMergeUnitesThemAndNothingIsLeftOfTheLoser() throws Exception {
    try (FoldHarness fold = new FoldHarness(false)) {
      fill(fold, "w", 1_000);
      fold.written();
      int before = fold.entries();
      List<LiveEvent> losers = fill(fold, "l", 1_500);
      for (LiveEvent event : losers) {
        fold.take(new MovedEvent("shop/w", 90, T0 + 10, event.timestamp(), 1, event.resolved()));
      }
      fold.written();
      fold.take(new MergeMessage.Moved("shop/w", 90, T0 + 10, "l", 1));
      fold.take(new MergeMessage.Hold("shop/w", 90, T0 + 10, 1));
      fold.take(new MergeMessage.Left("shop/l", 90, T0 + 10, "l", "w", 1));
      List<TopicRecord> records = fold.written();
      assertThat(FoldHarness.values(records, "w")).hasSize(1_500);
      fold.take(new MergeMessage.Left("shop/w", 91, T0 + 10, "w", "", 1));
      fold.written();
      assertThat(before).isGreaterThan(1_000);
      assertThat(fold.entries()).isZero();
    }
  }

  private static List<LiveEvent> fill(FoldHarness fold, String profile, int keys) throws Exception {
    List<LiveEvent> sent = new ArrayList<>();
    for (int from = 0; from < keys; from += KEYS_EACH) {
      StringJoiner traits = new StringJoiner(",", "{", "}");
      for (int key = from; key < from + KEYS_EACH; key++) {
        traits.add("\"k" + key + "\":\"value " + key + "\"");
      }
      LiveEvent message = identify(profile, profile + from, T0, traits.toString());
      fold.take(message);
      sent.add(message);
    }
    return sent;
  }

  private static LiveEvent identify(String profile, String id, long at, String traits) {
    Event event =
        new Event(
            EventType.IDENTIFY,
            id,
            at,
            at,
            "web",
            "",
            profile,
            null,
            null,
            null,
            null,
            null,
            Event.NONE,
            traits.getBytes(StandardCharsets.UTF_8),
            Event.NONE);
    List<Identifier> ids = List.of(Identifier.ofUser(Identifier.USER_ID, profile));
    byte[] body = ResolvedEvent.CODEC.encode(new ResolvedEvent("shop", profile, 1, event, ids));
    return new LiveEvent("shop/" + profile, 1, at, event.timestamp(), id, false, body);
  }
}
