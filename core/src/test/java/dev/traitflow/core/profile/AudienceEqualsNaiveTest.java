package dev.traitflow.core.profile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.audience.AudienceDefinition;
import dev.traitflow.core.definition.Fields;
import dev.traitflow.core.definition.Problem;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.identity.Identifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The promise of audiences: after every step each membership is what a naive reading of the
 * conditions over the naive traits says, and who was a member at any instant so far reads false
 * when no longer one. Events come in any order, the state is stored and restored, time jumps.
 */
class AudienceEqualsNaiveTest {
  private static final long SEEDS =
      Long.getLong("traitflow.test.seeds", Boolean.getBoolean("traitflow.test.all") ? 10_000 : 500);
  private static final long FIRST_SEED = Long.getLong("traitflow.test.seed", 1);
  private static final int JUMP_MAX = 12;

  @Test
  void membershipsAreThoseOfTheNaiveConditionsOverTheNaiveTraits() {
    int members = 0;
    int left = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      Bench bench = new Bench(seed);
      try {
        bench.tell();
      } catch (AssertionError | RuntimeException failure) {
        throw new AssertionError(
            "seed " + seed + "\ntraits " + bench.traits + "\naudiences " + bench.audiences,
            failure);
      }
      Map<String, String> end = bench.memberships();
      members += Collections.frequency(end.values(), "true");
      left += Collections.frequency(end.values(), "false");
    }
    assertThat((long) members).isGreaterThanOrEqualTo(SEEDS / 40);
    assertThat((long) left).isGreaterThanOrEqualTo(SEEDS / 100);
  }

  private static final class Bench {
    private final RandomSpace space;
    private final Random random;
    private final List<JsonNode> traits;
    private final List<JsonNode> audiences;
    private final NaiveTraits naive;
    private final ProfileEngine engine;
    private final HeapProfileStore history = new HeapProfileStore();
    private final List<Event> events = new ArrayList<>();
    private final Set<String> ever = new HashSet<>();
    private boolean identified;
    private ProfileState state;

    Bench(long seed) {
      space = new RandomSpace(seed);
      random = space.random();
      traits = space.definitions();
      audiences = new RandomAudiences(random).definitions();
      naive = new NaiveTraits(traits);
      engine =
          new ProfileEngine(ProfilePlan.of(RandomSpace.parse(traits), List.of(), parse(audiences)));
      state = engine.load(null);
    }

    void tell() {
      List<Event> all = space.events();
      long now = RandomSpace.START;
      for (Event event : all.subList(0, Math.min(all.size(), 8))) {
        now += random.nextInt(JUMP_MAX) * RandomSpace.STEP;
        passTime(now);
        List<Identifier> owned = List.of();
        if (random.nextInt(4) == 0) {
          List<String> types = List.of("anonymous_id", "phone", "user_id", "email");
          String type = types.get(random.nextInt(types.size()));
          owned = List.of(Identifier.ofUser(type, "x"));
          identified |= type.equals("user_id") || type.equals("email");
        }
        events.add(event);
        history.append(event);
        engine.add(state, history, event, owned, now);
        compare(now);
        if (random.nextInt(3) == 0) {
          state = engine.load(state.encode());
        }
      }
      now += JUMP_MAX * RandomSpace.STEP;
      passTime(now);
      engine.advance(state, history, now);
      compare(now);
    }

    /** Naively: at every instant at which an event of the coarse clock can cross an edge. */
    private void passTime(long now) {
      long from = Math.max(state.now(), RandomSpace.START);
      for (long at = from; at <= now; at += RandomSpace.STEP) {
        long step =
            RandomSpace.START + (at - RandomSpace.START) / RandomSpace.STEP * RandomSpace.STEP;
        for (long instant : new long[] {step, step + 1}) {
          if (instant > state.now() && instant <= now && state.now() > 0) {
            expected(instant);
          }
        }
      }
    }

    private void compare(long now) {
      assertThat(memberships()).as("at %s", now).isEqualTo(expected(now));
    }

    private Map<String, String> memberships() {
      Map<String, String> found = new HashMap<>();
      for (TraitValue value : engine.values(state)) {
        if (value.key().startsWith("aud")) {
          found.put(value.key(), String.valueOf(value.text()));
        }
      }
      return found;
    }

    private Map<String, String> expected(long now) {
      Map<String, String> values = naive.values(events, now);
      Map<String, String> expected = new HashMap<>();
      for (JsonNode audience : audiences) {
        String key = audience.get("key").textValue();
        if (isMember(audience, values)) {
          ever.add(key);
          expected.put(key, "true");
        } else if (ever.contains(key)) {
          expected.put(key, "false");
        }
      }
      return expected;
    }

    private boolean isMember(JsonNode audience, Map<String, String> values) {
      return (identified || audience.path("include_anonymous").asBoolean())
          && holds(audience.get("root"), values);
    }

    private boolean holds(JsonNode condition, Map<String, String> values) {
      boolean holds;
      if (condition.has("all")) {
        return condition.get("all").valueStream().allMatch(part -> holds(part, values));
      } else if (condition.has("any")) {
        return condition.get("any").valueStream().anyMatch(part -> holds(part, values));
      } else if (condition.has("audience")) {
        String key = condition.get("audience").textValue();
        JsonNode other =
            audiences.stream()
                .filter(a -> a.get("key").textValue().equals(key))
                .findFirst()
                .orElseThrow();
        holds = isMember(other, values) == condition.path("member").asBoolean(true);
      } else {
        String json = values.get(condition.get("trait").textValue());
        List<JsonNode> found =
            json == null || json.equals("null")
                ? List.of()
                : List.of(NaiveTraits.read(json.getBytes(StandardCharsets.UTF_8)));
        holds = NaiveConditions.holds(condition, found);
      }
      return holds != condition.path("not").asBoolean();
    }

    private static List<AudienceDefinition> parse(List<JsonNode> audiences) {
      List<Problem> problems = new ArrayList<>();
      List<AudienceDefinition> parsed = new ArrayList<>();
      for (JsonNode audience : audiences) {
        parsed.add(AudienceDefinition.parse(new Fields(audience, "", problems)));
      }
      assertThat(problems).isEmpty();
      return parsed;
    }
  }
}
