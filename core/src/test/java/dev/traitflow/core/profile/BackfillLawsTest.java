package dev.traitflow.core.profile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.TraitWrite;
import dev.traitflow.core.trait.TraitDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whatever is defined, edited, switched and deleted while events come and time passes, in whatever
 * slices histories are read: what readers see equals the naive fold of the definitions they are to
 * see, and a staged value, once built, that of its own.
 */
class BackfillLawsTest {
  private static final int SEEDS = 400;

  @Test
  void definingAtAnyTimeGivesWhatDefiningBeforeGives() {
    for (long seed = 0; seed < SEEDS; seed++) {
      try {
        new Bench(seed).run();
      } catch (AssertionError | RuntimeException failure) {
        throw new AssertionError("seed " + seed, failure);
      }
    }
  }

  /** How a value that stays is written. */
  private interface Keeping {
    TraitWrite of(String profile, TraitValue value, long at);
  }

  private static final class Bench {
    private final Random random;
    private final List<JsonNode> pool;
    private final List<Event> stream;
    private final HeapProfileStore history = new HeapProfileStore();
    private final List<Event> events = new ArrayList<>();
    private final Map<String, ObjectNode> live = new TreeMap<>();
    private final Map<String, ObjectNode> staged = new TreeMap<>();
    private final Map<String, Integer> versions = new HashMap<>();
    private final Map<String, String> deleted = new TreeMap<>();
    private final Map<String, String> frozen = new TreeMap<>();
    private final Map<String, String> shown = new TreeMap<>();
    private final Map<String, String> shownStaged = new TreeMap<>();
    private int nextSlot;
    private ProfileEngine engine = new ProfileEngine(ProfilePlan.of(List.of()));
    private ProfileState state = engine.load(null);

    Bench(long seed) {
      random = new Random(seed);
      RandomSpace space = new RandomSpace(seed);
      pool = space.definitions();
      stream = space.events();
    }

    void run() {
      for (Event event : stream) {
        restore();
        step();
        long now = Math.max(state.now(), event.timestamp() + random.nextInt(3) * RandomSpace.STEP);
        if (!history.contains(event.timestamp(), event.messageId())) {
          history.append(event);
          events.add(event);
          engine.add(state, history, event, now);
        }
        check();
      }
      for (int i = 0; i < 6; i++) {
        restore();
        step();
        engine.advance(state, history, state.now() + random.nextInt(20) * RandomSpace.STEP);
        check();
      }
    }

    /** Shows what changed, then goes on from bytes, as between two bundles. */
    private void restore() {
      state = engine.load(state.encode());
    }

    private void step() {
      switch (random.nextInt(7)) {
        case 0 -> stage();
        case 1 -> promote();
        case 2 -> delete();
        case 3 -> disable();
        default -> engine.build(state, history, () -> random.nextInt(4) == 0);
      }
    }

    private void stage() {
      JsonNode picked = pool.get(random.nextInt(pool.size()));
      // No identify call sets a trait of such a key.
      String key = "defined_" + picked.get("key").textValue();
      if (deleted.containsKey(key)) {
        return;
      }
      // An edit: the calculation of some other definition under this key.
      ObjectNode definition = pool.get(random.nextInt(pool.size())).deepCopy();
      int version = versions.merge(key, 1, Integer::sum);
      definition.put("key", key).put("slot", nextSlot++).put("version", version);
      staged.put(key, definition);
      replan();
    }

    private void promote() {
      if (engine.build(state, history, () -> false)) {
        live.putAll(staged);
        frozen.keySet().removeAll(staged.keySet());
        staged.clear();
        replan();
      }
    }

    private void delete() {
      if (live.isEmpty() || !engine.isComplete(state)) {
        return;
      }
      Map.Entry<String, ObjectNode> first = live.entrySet().iterator().next();
      String key = first.getKey();
      String value = value(first.getValue());
      keep(key, KeptValues::ofDeleted);
      live.remove(key);
      staged.remove(key);
      frozen.remove(key);
      deleted.put(key, value == null ? "null" : value);
      replan();
    }

    private void disable() {
      if (live.isEmpty() || !engine.isComplete(state)) {
        return;
      }
      List<String> keys = List.copyOf(live.keySet());
      String key = keys.get(random.nextInt(keys.size()));
      ObjectNode definition = live.get(key);
      if (definition == null || staged.containsKey(key) || frozen.containsKey(key)) {
        return;
      }
      String value = value(definition);
      keep(key, KeptValues::ofFrozen);
      definition.put("enabled", false);
      frozen.put(key, value == null ? "null" : value);
      replan();
    }

    /** Appends what readers see, as the server does before the definition changes. */
    private void keep(String key, Keeping keeping) {
      for (TraitValue value : engine.values(state)) {
        if (value.key().equals(key)) {
          Event write = keeping.of("p", value, state.now()).asEvent(state.now());
          history.append(write);
          engine.add(state, history, write, state.now());
        }
      }
    }

    private @Nullable String value(ObjectNode definition) {
      String kept = frozen.get(definition.get("key").textValue());
      return kept == null ? naive(definition) : kept.equals("null") ? null : kept;
    }

    private void replan() {
      engine = new ProfileEngine(ProfilePlan.of(parse(live), parse(staged)));
      engine.adopt(state);
    }

    private static List<TraitDefinition> parse(Map<String, ObjectNode> definitions) {
      return RandomSpace.parse(new ArrayList<JsonNode>(definitions.values()));
    }

    private @Nullable String naive(JsonNode definition) {
      Map<String, String> values = new NaiveTraits(List.of(definition)).values(events, state.now());
      String value = values.get(definition.get("key").textValue());
      return "null".equals(value) ? null : value;
    }

    private void check() {
      engine.changes(state).forEach(value -> put(shown, value.key(), value.text()));
      engine
          .staged(state, false)
          .forEach(value -> put(shownStaged, value.key() + value.version(), value.text()));
      Map<String, String> expected = new TreeMap<>();
      live.forEach((key, definition) -> put(expected, key, value(definition)));
      deleted.forEach((key, value) -> put(expected, key, value.equals("null") ? null : value));
      assertThat(customless(shown)).as("live at %s", state.now()).isEqualTo(customless(expected));
      if (engine.isComplete(state)) {
        Map<String, String> expectedStaged = new TreeMap<>();
        staged.forEach(
            (key, definition) ->
                put(expectedStaged, key + definition.get("version").intValue(), naive(definition)));
        assertThat(shownStaged).as("staged at %s", state.now()).isEqualTo(expectedStaged);
      }
    }

    /** Without what identify calls set: only keys of definitions are looked at. */
    private Map<String, String> customless(Map<String, String> values) {
      Map<String, String> copy = new TreeMap<>(values);
      copy.keySet().retainAll(versions.keySet());
      return copy;
    }

    private static void put(Map<String, String> values, String key, @Nullable String text) {
      if (text == null) {
        values.remove(key);
      } else {
        values.put(key, text);
      }
    }
  }
}
