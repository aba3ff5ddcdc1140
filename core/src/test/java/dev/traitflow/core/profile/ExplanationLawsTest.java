package dev.traitflow.core.profile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventNames;
import dev.traitflow.core.profile.Explanation.Counted;
import dev.traitflow.core.profile.Explanation.NotCounted;
import dev.traitflow.core.trait.ComputedTrait;
import dev.traitflow.core.trait.TraitDefinition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * For random definitions and histories: an explanation's value is the engine's and the naive one,
 * its counted events alone give it, and no event is left without a verdict.
 */
class ExplanationLawsTest {
  private static final long SEEDS =
      Long.getLong("traitflow.test.seeds", Boolean.getBoolean("traitflow.test.all") ? 10_000 : 500);
  private static final int EVERYTHING = 1_000;

  /** One trait of one history at one instant. */
  private record Case(
      long seed,
      JsonNode json,
      List<Event> events,
      HeapProfileStore history,
      long now,
      Explanation explanation) {}

  private interface Law {
    void check(Case one);
  }

  @Test
  void theValueIsTheOneOfTheFold() {
    forAll(
        one -> {
          TraitDefinition definition = one.explanation.definition();
          ProfileEngine engine = new ProfileEngine(ProfilePlan.of(List.of(definition)));
          ProfileState state = engine.fold(one.history, one.now);
          String folded = null;
          for (TraitValue value : engine.values(state)) {
            folded = value.key().equals(definition.key()) ? value.text() : folded;
          }
          if (one.explanation.matched()) {
            assertThat(one.explanation.value()).isEqualTo(folded);
          } else {
            assertThat(one.explanation.value()).isNull();
            assertThat(one.explanation.countedTotal()).isZero();
          }
        });
  }

  @Test
  void theCountedEventsFoldedNaivelyGiveTheValue() {
    forAll(
        one -> {
          ObjectNode bare = one.json.deepCopy();
          bare.remove(List.of("window", "conditions", "backfill", "created_at"));
          List<Event> counted = one.explanation.counted().stream().map(Counted::event).toList();
          String expected =
              new NaiveTraits(List.of(bare))
                  .values(counted, one.now)
                  .get(one.json.get("key").textValue());
          if (counted.isEmpty() && one.explanation.matched()) {
            assertThat(one.explanation.value()).isIn("0", "[]", null);
          } else {
            assertThat(String.valueOf(one.explanation.value())).isEqualTo(String.valueOf(expected));
          }
        });
  }

  @Test
  void everyEventOfTheNameIsCountedOrHasAReason() {
    forAll(
        one -> {
          List<Event> judged = new ArrayList<>();
          one.explanation.counted().forEach(item -> judged.add(item.event()));
          one.explanation.notCounted().forEach(item -> judged.add(item.event()));
          List<Event> named = new ArrayList<>(one.events);
          named.removeIf(
              event ->
                  !EventNames.isCounted(event)
                      || !event.name().equals(one.json.get("event").textValue()));
          assertThat(judged).containsExactlyInAnyOrderElementsOf(named);
          long refused =
              one.explanation.notCountedTotals().values().stream().mapToLong(n -> n).sum();
          assertThat(one.explanation.countedTotal() + refused).isEqualTo(named.size());
        });
  }

  @Test
  void countedEventsLieBetweenTheEdgesOfTheWindow() {
    forAll(
        one -> {
          Long after = one.explanation.after();
          Long until = one.explanation.until();
          for (Counted item : one.explanation.counted()) {
            long timestamp = item.event().timestamp();
            assertThat(after == null || timestamp > after).isTrue();
            assertThat(until == null || timestamp <= until).isTrue();
          }
        });
  }

  @Test
  void shortListsAreTheNewestOfLongOnes() {
    forAll(
        one -> {
          ComputedTrait trait = ComputedTrait.of(one.explanation.definition(), 0);
          Explanation brief = Explanation.of(trait, one.history, one.now, 2);
          assertThat(brief.counted()).isEqualTo(first(one.explanation.counted(), 2));
          List<NotCounted> refused = one.explanation.notCounted();
          assertThat(brief.notCountedTotals()).isEqualTo(one.explanation.notCountedTotals());
          assertThat(brief.notCounted()).hasSizeLessThanOrEqualTo(2);
          assertThat(brief.value()).isEqualTo(one.explanation.value());
          if (!refused.isEmpty()) {
            assertThat(brief.notCounted().get(0)).isEqualTo(refused.get(0));
          }
        });
  }

  @Test
  void theDecisiveEventAloneGivesTheValue() {
    forAll(
        one -> {
          Event decisive = one.explanation.decisive();
          if (decisive != null) {
            HeapProfileStore alone = new HeapProfileStore();
            alone.append(decisive);
            ObjectNode bare = one.json.deepCopy();
            bare.remove("window"); // alone, it may lie in a session that is over
            ComputedTrait trait = ComputedTrait.of(RandomSpace.parse(List.of(bare)).get(0), 0);
            assertThat(Explanation.of(trait, alone, one.now, 1).value())
                .isEqualTo(one.explanation.value());
          }
        });
  }

  private static <T> List<T> first(List<T> items, int count) {
    return items.subList(0, Math.min(count, items.size()));
  }

  private static void forAll(Law law) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      RandomSpace space = new RandomSpace(seed);
      List<JsonNode> definitions = space.definitions();
      List<Event> events = space.events();
      long now = space.instant();
      for (JsonNode definition : definitions) {
        Throwable failure = failure(law, seed, definition, events, now);
        if (failure != null) {
          List<Event> fewest = new ArrayList<>(events);
          for (int i = fewest.size() - 1; i >= 0; i--) {
            List<Event> fewer = new ArrayList<>(fewest);
            fewer.remove(i);
            if (failure(law, seed, definition, fewer, now) != null) {
              fewest = fewer;
            }
          }
          throw new AssertionError(
              "seed "
                  + seed
                  + "\n"
                  + definition
                  + "\nat "
                  + now
                  + "\n"
                  + Arrays.toString(fewest.toArray()),
              failure(law, seed, definition, fewest, now));
        }
      }
    }
  }

  private static @Nullable Throwable failure(
      Law law, long seed, JsonNode definition, List<Event> events, long now) {
    try {
      HeapProfileStore history = new HeapProfileStore();
      events.forEach(history::append);
      TraitDefinition parsed = RandomSpace.parse(List.of(definition)).get(0);
      Explanation explanation =
          Explanation.of(ComputedTrait.of(parsed, 0), history, now, EVERYTHING);
      law.check(new Case(seed, definition, events, history, now, explanation));
      return null;
    } catch (AssertionError | RuntimeException failure) {
      return failure;
    }
  }
}
