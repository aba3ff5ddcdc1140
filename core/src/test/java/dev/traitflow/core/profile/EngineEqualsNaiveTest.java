package dev.traitflow.core.profile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.text.CodePointOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The promise: for random definitions and histories the engine's values are those of the naive
 * fold, in any order of arrival, with duplicates, with the state stored and restored after every
 * step, by time alone, and after a merge. A failure names its seed and the fewest events that still
 * fail.
 */
class EngineEqualsNaiveTest {
  private static final long SEEDS =
      Long.getLong(
          "traitflow.test.seeds", Boolean.getBoolean("traitflow.test.all") ? 10_000 : 2_000);
  private static final long FIRST_SEED = Long.getLong("traitflow.test.seed", 1);

  /** One way to bring events to the engine. */
  private interface Story {
    void tell(Bench bench, List<Event> events, Random random);
  }

  @Test
  void equalsTheNaiveFoldInOrderOfTime() {
    check(
        (bench, events, random) -> {
          List<Event> ordered = new ArrayList<>(events);
          ordered.sort(Event.HISTORY_ORDER);
          for (Event event : ordered) {
            bench.add(event, event.timestamp());
          }
        });
  }

  @Test
  void equalsTheNaiveFoldInAnyOrderWithDuplicatesAndRestores() {
    check(
        (bench, events, random) -> {
          List<Event> shuffled = new ArrayList<>(events);
          shuffled.addAll(events.subList(0, events.size() / 2));
          Collections.shuffle(shuffled, random);
          long now = RandomSpace.START;
          for (Event event : shuffled) {
            now += random.nextInt(RandomSpace.STEPS / 6) * RandomSpace.STEP;
            bench.add(event, now);
            bench.restore();
          }
        });
  }

  @Test
  void equalsTheNaiveFoldAtEveryInstantByTimeAlone() {
    check(
        (bench, events, random) -> {
          for (Event event : events) {
            bench.add(event, RandomSpace.START + random.nextInt(80) * RandomSpace.STEP);
          }
          bench.stepThroughBoundaries();
        });
  }

  @Test
  void equalsTheNaiveFoldAfterJumpsAMergeAndARefold() {
    check(
        (bench, events, random) -> {
          int cut = events.isEmpty() ? 0 : random.nextInt(events.size());
          Bench loser = new Bench(bench.definitions);
          for (Event event : events.subList(0, cut)) {
            bench.add(event, event.timestamp());
          }
          for (Event event : events.subList(cut, events.size())) {
            loser.add(event, event.timestamp());
          }
          bench.absorb(loser);
          bench.restore();
          long now = bench.state.now();
          for (int i = 0; i < 3; i++) {
            now += random.nextInt(RandomSpace.STEPS / 2) * RandomSpace.STEP;
            bench.advance(now);
          }
          bench.foldAnew();
        });
  }

  private static void check(Story story) {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      RandomSpace space = new RandomSpace(seed);
      List<JsonNode> definitions = space.definitions();
      List<Event> events = space.events();
      Throwable failure = failure(story, definitions, events, seed);
      if (failure != null) {
        List<Event> fewest = shrink(story, definitions, events, seed);
        throw new AssertionError(
            "seed " + seed + "\ndefinitions " + definitions + "\nevents " + describe(fewest),
            failure(story, definitions, fewest, seed));
      }
    }
  }

  private static @Nullable Throwable failure(
      Story story, List<JsonNode> definitions, List<Event> events, long seed) {
    try {
      story.tell(new Bench(definitions), events, new Random(seed));
      return null;
    } catch (AssertionError | RuntimeException failure) {
      return failure;
    }
  }

  private static List<Event> shrink(
      Story story, List<JsonNode> definitions, List<Event> events, long seed) {
    List<Event> fewest = new ArrayList<>(events);
    for (int i = fewest.size() - 1; i >= 0; i--) {
      List<Event> fewer = new ArrayList<>(fewest);
      fewer.remove(i);
      if (failure(story, definitions, fewer, seed) != null) {
        fewest = fewer;
      }
    }
    return fewest;
  }

  private static String describe(List<Event> events) {
    StringBuilder out = new StringBuilder();
    for (Event event : events) {
      out.append("\n  ").append(event).append(" received ").append(event.receivedAt());
      for (byte[] json : List.of(event.properties(), event.traits(), event.context())) {
        out.append(' ').append(new String(json, StandardCharsets.UTF_8));
      }
    }
    return out.toString();
  }

  /** An engine with one profile, and the naive fold beside it. */
  private static final class Bench {
    private final List<JsonNode> definitions;
    private final NaiveTraits naive;
    private final ProfileEngine engine;
    private final HeapProfileStore history = new HeapProfileStore();
    private final List<Event> events = new ArrayList<>();
    private final SortedMap<String, TraitValue> shown = new TreeMap<>(CodePointOrder.INSTANCE);
    private ProfileState state;

    Bench(List<JsonNode> definitions) {
      this.definitions = definitions;
      naive = new NaiveTraits(definitions);
      engine = new ProfileEngine(ProfilePlan.of(RandomSpace.parse(definitions)));
      state = engine.load(null);
    }

    void add(Event event, long now) {
      if (history.contains(event.timestamp(), event.messageId())) {
        return;
      }
      events.add(event);
      history.append(event);
      engine.add(state, history, event, now);
      compare();
    }

    void advance(long now) {
      engine.advance(state, history, now);
      compare();
    }

    void restore() {
      byte[] bytes = state.encode();
      state = engine.load(bytes);
      assertThat(state.encode()).isEqualTo(bytes);
      assertThat(engine.changes(state)).isEmpty();
    }

    /** As the job merges: what the loser had comes as late events. */
    void absorb(Bench loser) {
      loser.events.forEach(event -> add(event, loser.state.now()));
    }

    void foldAnew() {
      Map<String, String> before = values();
      state = engine.fold(history, state.now());
      assertThat(values()).isEqualTo(before);
      assertThat(engine.values(state)).isEqualTo(engine.values(engine.fold(history, state.now())));
      compare();
    }

    /** Between two boundaries nothing may change; at each the values must be right. */
    void stepThroughBoundaries() {
      for (long next = engine.nextBoundary(state);
          next != Long.MAX_VALUE;
          next = engine.nextBoundary(state)) {
        assertThat(next).isGreaterThan(state.now());
        assertThat(values()).as("until %s", next).isEqualTo(naive.values(events, next - 1));
        advance(next);
      }
    }

    private void compare() {
      long now = state.now();
      engine.changes(state).forEach(value -> shown.put(value.key(), value));
      assertThat(shown.values()).containsExactlyElementsOf(engine.values(state));
      assertThat(values()).as("at %s", now).isEqualTo(naive.values(events, now));
      List<TraitValue> values = engine.values(state);
      for (JsonNode definition : definitions) {
        String key = definition.get("key").textValue();
        long expected = naive.updatedAt(definition, events, now);
        for (TraitValue value : values) {
          if (value.key().equals(key) && expected >= 0) {
            assertThat(value.updatedAt()).as(key).isEqualTo(expected);
          }
        }
      }
    }

    private Map<String, String> values() {
      Map<String, String> values = new HashMap<>();
      for (TraitValue value : engine.values(state)) {
        values.put(value.key(), String.valueOf(value.text()));
      }
      return values;
    }
  }
}
