package dev.traitflow.jobs.profile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.profile.HeapProfileStore;
import dev.traitflow.core.profile.ProfileEngine;
import dev.traitflow.core.profile.ProfilePlan;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.topic.ProfileChange;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.jobs.runtime.ControlMessage;
import dev.traitflow.jobs.runtime.EventMessage;
import dev.traitflow.jobs.runtime.MergeMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Ten thousand random histories in one fold on RocksDB, under random definitions: each round brings
 * an event to every profile, lets time pass, and fails and restores the job. The values shown must
 * be those of a fold of all events on the heap, which core's laws compare with the naive one.
 */
final class FoldLawsTest {
  private static final int PROFILES =
      Integer.getInteger(
          "traitflow.test.seeds", Boolean.getBoolean("traitflow.test.all") ? 10_000 : 2_000);
  private static final int SPACES = 50;
  private static final int ROUNDS = 10;
  private static final int MERGE_ROUND = 5;
  private static final long HOUR = 3_600_000L;
  private static final long T0 = 480_000 * HOUR;
  private static final String[] TYPES = {
    "'type':'event_counter'",
    "'type':'aggregation','aggregation':'sum','property':'n'",
    "'type':'aggregation','aggregation':'avg','property':'n'",
    "'type':'aggregation','aggregation':'min','property':'n'",
    "'type':'aggregation','aggregation':'max','property':'n'",
    "'type':'most_frequent','property':'s'",
    "'type':'first','property':'s'",
    "'type':'last','property':'n'",
    "'type':'unique_list','property':'s'",
    "'type':'unique_list_count','property':'s'"
  };

  private final Random random = new Random(Long.getLong("traitflow.test.seed", 1));
  private final List<ProfileEngine> engines = new ArrayList<>();
  private final List<History> histories = new ArrayList<>();
  private final Map<String, Map<String, String>> shown = new HashMap<>();
  private long sequence;

  /** What one profile has had, and what of it went to an id that is merged into it. */
  private static final class History {
    final int space;
    final String survivor;
    final boolean splits;
    final HeapProfileStore events = new HeapProfileStore();
    final List<Event> ofLoser = new ArrayList<>();

    History(int space, String survivor, boolean splits) {
      this.space = space;
      this.survivor = survivor;
      this.splits = splits;
    }

    String loser() {
      return "l" + survivor;
    }
  }

  @Test
  void valuesAreThoseOfAFoldOfAllEventsAfterEveryRestore() throws Exception {
    try (FoldHarness fold = new FoldHarness(false)) {
      for (int space = 0; space < SPACES; space++) {
        define(fold, space);
      }
      for (int i = 0; i < PROFILES; i++) {
        histories.add(new History(i % SPACES, "p" + i, i % 4 == 0));
      }
      long now = T0;
      for (int round = 0; round < ROUNDS; round++) {
        now += (1 + random.nextInt(12)) * HOUR / 2;
        for (History history : histories) {
          if (round == MERGE_ROUND && history.splits) {
            merge(fold, history, now);
          }
          if (random.nextInt(4) > 0) {
            event(fold, history, round, now);
          }
        }
        fold.passTime(now);
        fold.restart();
        read(fold);
        if (round >= MERGE_ROUND) {
          compare(now);
        }
      }
      fold.passTime(now + 40 * HOUR);
      fold.restart();
      read(fold);
      compare(now + 40 * HOUR);
    }
  }

  private void define(FoldHarness fold, int space) throws Exception {
    List<String> traits = new ArrayList<>();
    for (int slot = 0; slot < 5; slot++) {
      String trait =
          "{'key':'t" + slot + "','slot':" + slot + "," + TYPES[random.nextInt(TYPES.length)];
      String condition = "{'all':[{'property':'n','op':'greater_than','value':2}]}";
      trait += ",'event':'" + (random.nextInt(4) == 0 ? "B" : "A") + "'";
      trait += random.nextInt(4) == 0 ? ",'conditions':" + condition : "";
      traits.add(trait + window() + "}");
    }
    String json = ("{'name':'S','traits':[" + String.join(",", traits) + "]}").replace('\'', '"');
    fold.take(
        new ControlMessage.Define(++sequence, T0, "s" + space, json.getBytes(UTF_8))
            .addressed("~0", 0, 1));
    List<Problem> problems = new ArrayList<>();
    SpaceDefinition parsed = SpaceDefinition.parse(new JsonMapper().readTree(json), problems);
    assertThat(problems).isEmpty();
    engines.add(new ProfileEngine(ProfilePlan.of(parsed.traits())));
  }

  private String window() {
    return switch (random.nextInt(4)) {
      case 0 -> "";
      case 1 -> ",'window':{'within':'" + (1 + random.nextInt(30)) + " h'}";
      case 2 -> {
        int from = random.nextInt(6);
        yield ",'window':{'between':['"
            + from
            + " h','"
            + (from + 1 + random.nextInt(20))
            + " h']}";
      }
      default -> ",'window':{'session':'" + (1 + random.nextInt(6)) + " h'}";
    };
  }

  /** Late by up to two days, on a coarse clock so that edges and ties are met; sometimes twice. */
  private void event(FoldHarness fold, History history, int round, long now) throws Exception {
    long timestamp = now - (random.nextInt(3) == 0 ? random.nextInt(96) * HOUR / 2 : 0);
    String properties =
        "{\"n\":" + random.nextInt(6) + ",\"s\":\"" + (char) ('a' + random.nextInt(4)) + "\"}";
    Event event =
        new Event(
            EventType.TRACK,
            "m" + round,
            timestamp,
            timestamp,
            "web",
            random.nextInt(4) == 0 ? "B" : "A",
            null,
            null,
            null,
            null,
            null,
            null,
            properties.getBytes(UTF_8),
            Event.NONE,
            Event.NONE);
    history.events.append(event);
    boolean toLoser = history.splits && round < MERGE_ROUND && random.nextBoolean();
    if (toLoser) {
      history.ofLoser.add(event);
    }
    String profile = toLoser ? history.loser() : history.survivor;
    String key = "s" + history.space + "/" + profile;
    boolean twice = now - timestamp > 24 * HOUR && random.nextBoolean();
    for (int times = twice ? 2 : 1; times > 0; times--) {
      fold.take(
          new EventMessage.LiveEvent(
              key,
              ++sequence,
              now,
              timestamp,
              event.messageId(),
              /* possibleRepeat= */ false,
              resolved(profile, event)));
    }
  }

  private void merge(FoldHarness fold, History history, long now) throws Exception {
    String space = "s" + history.space + "/";
    String survivor = space + history.survivor;
    long merge = ++sequence;
    fold.take(new MergeMessage.Hold(survivor, merge, now, 1));
    for (Event event : history.ofLoser) {
      byte[] body = resolved(history.loser(), event);
      fold.take(new EventMessage.MovedEvent(survivor, merge, now, event.timestamp(), 1, body));
    }
    String loser = history.loser();
    fold.take(new MergeMessage.Moved(survivor, merge, now, loser, 1));
    fold.take(new MergeMessage.Left(space + loser, merge, now, loser, history.survivor, 1));
  }

  private static byte[] resolved(String profile, Event event) {
    List<Identifier> ids = List.of(Identifier.ofUser(Identifier.ANONYMOUS_ID, profile));
    return ResolvedEvent.CODEC.encode(new ResolvedEvent("s", profile, 1, event, ids));
  }

  private void read(FoldHarness fold) throws Exception {
    for (ProfileChange change : FoldHarness.changes(fold.written())) {
      if (change.body() instanceof ProfileChange.Value body) {
        Map<String, String> values =
            shown.computeIfAbsent(change.profile(), any -> new TreeMap<>());
        String text = body.value().text();
        if (text == null) {
          values.remove(body.value().key());
        } else {
          values.put(body.value().key(), text);
        }
      }
    }
  }

  private void compare(long now) {
    for (History history : histories) {
      ProfileEngine engine = engines.get(history.space);
      Map<String, String> expected = new TreeMap<>();
      for (TraitValue value : engine.values(engine.fold(history.events, now))) {
        String text = value.text();
        if (text != null) {
          expected.put(value.key(), text);
        }
      }
      assertThat(shown.getOrDefault(history.survivor, Map.of()))
          .as("%s of space %d at %d", history.survivor, history.space, now)
          .isEqualTo(expected);
    }
  }
}
