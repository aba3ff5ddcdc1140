package dev.traitflow.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.identity.Identifier;
import dev.traitflow.jobs.StoryBench.Telling;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Laws of identity on the operators of the job, over thousands of stories side by side in one log,
 * under random interleavings between subtasks and random failures; on the way one trait is deleted
 * and another disabled. Every story is told twice, in two ways that must come to the same: neither
 * when people turn out to be one, nor in which order, nor how late, changes what is known of them.
 */
final class IdentityLawsOnRocksTest {
  private static final int STORIES =
      Integer.getInteger(
          "traitflow.test.seeds", Boolean.getBoolean("traitflow.test.all") ? 5_000 : 200);
  private static final long SEED = Long.getLong("traitflow.test.seed", 1);

  private static final int KINDS = 5;
  private static final int LIMITS = 3;
  private static final int UNMERGE = 4;

  /** A multiple of the kinds of stories, so that all stories of a space are of one kind. */
  private static final int SPACES = 5 * KINDS;

  private static final int GROUP = 20;
  private static final Identifier HUB = Identifier.ofUser("hub", "h");

  private static final Random RANDOM = new Random(SEED);
  private static final RandomStories SOURCE = new RandomStories(RANDOM);
  private static final List<List<Telling[]>> TOLD =
      Stream.generate(() -> (List<Telling[]>) new ArrayList<Telling[]>()).limit(KINDS).toList();
  private static final StoryBench BENCH = bench();

  private static StoryBench bench() {
    try {
      return new StoryBench(SEED);
    } catch (Exception e) {
      throw new IllegalStateException("bench: cannot be made", e);
    }
  }

  /** All stories go down one log, for a restore costs as much as thousands of calls. */
  @BeforeAll
  static void tell() throws Exception {
    for (int i = 0; i < SPACES; i++) {
      BENCH.define("s" + i, i % KINDS == LIMITS ? SOURCE.tight() : SOURCE.open());
    }
    for (int story = 0; story < STORIES; story += GROUP) {
      List<Telling> group = new ArrayList<>();
      List<Telling> joined = new ArrayList<>();
      List<Telling> later = new ArrayList<>();
      for (int i = story; i < Math.min(STORIES, story + GROUP); i++) {
        List<List<StoryCall>> ways = ways(i % KINDS);
        Telling[] pair = {telling(i, "x", ways.get(0)), telling(i, "y", ways.get(1))};
        TOLD.get(i % KINDS).add(pair);
        for (Telling told : pair) {
          int people = i % KINDS == UNMERGE ? people(told).size() : told.calls().size();
          group.add(part(told, 0, people));
          later.add(part(told, people, told.calls().size()));
        }
        if (i % KINDS == UNMERGE) {
          joined.add(pair[0]);
        }
      }
      BENCH.tell(group);
      goOn(1_500);
      if (story == STORIES / 2 / GROUP * GROUP) {
        BENCH.retire("t3", "t2");
      }
      joinForAWhile(joined, later);
      goOn(600);
    }
    BENCH.passTime(100 * RandomStories.HOUR);
    BENCH.settle();
  }

  /**
   * Joins two people of each telling by an operator's order, tells what comes later, and takes the
   * merges back.
   */
  private static void joinForAWhile(List<Telling> joined, List<Telling> later) throws Exception {
    Map<Telling, List<String>> merges = new LinkedHashMap<>();
    for (Telling telling : joined) {
      List<Identifier> people = List.copyOf(people(telling).values());
      merges.put(telling, BENCH.join(telling, people.subList(0, 2)));
    }
    goOn(600);
    BENCH.tell(later);
    goOn(600);
    merges.forEach((telling, of) -> of.forEach(merge -> BENCH.unmerge(telling, merge)));
  }

  /** An identifier of each person that speaks in a telling. */
  private static Map<String, Identifier> people(Telling telling) {
    Map<String, Identifier> people = new LinkedHashMap<>();
    for (StoryCall call : telling.calls()) {
      Identifier id = call.ids().get(0);
      people.putIfAbsent(
          id.value().substring(1, id.value().indexOf('-')), StoryCall.told(id, telling.name()));
    }
    return people;
  }

  private static Telling part(Telling of, int from, int to) {
    return new Telling(of.space(), of.name(), of.calls().subList(from, to));
  }

  private static void goOn(int steps) throws Exception {
    BENCH.chain().run(RANDOM.nextInt(steps));
    fate();
  }

  @AfterAll
  static void close() {
    BENCH.close();
  }

  @Test
  void splitProfilesThatMergeAreAsOneThatWasNeverSplit() {
    TOLD.get(0).forEach(pair -> assertSame(pair[0], pair[1]));
  }

  @Test
  void theOrderOfMergesDoesNotMatter() {
    TOLD.get(1).forEach(pair -> assertSame(pair[0], pair[1]));
  }

  @Test
  void theOrderOfArrivalDoesNotMatter() {
    TOLD.get(2).forEach(pair -> assertSame(pair[0], pair[1]));
  }

  @Test
  void aMergeTakenBackLeavesNoTrace() {
    assertThat(BENCH.unmerges()).isGreaterThanOrEqualTo(TOLD.get(UNMERGE).size());
    assertThat(BENCH.kept()).isGreaterThanOrEqualTo(STORIES / 4);
    TOLD.get(UNMERGE).forEach(pair -> assertSame(pair[0], pair[1]));
  }

  @Test
  void everyIdLeadsToItsSurvivorAndNoLimitIsExceeded() {
    for (int i = 0; i < SPACES; i++) {
      BENCH.assertReaderKnowsTheTruth(List.of("s" + i));
    }
  }

  /** The two ways of a story of each law; of the last, one way is joined and taken apart. */
  private static List<List<StoryCall>> ways(int kind) {
    long now = BENCH.now();
    List<List<StoryCall>> lives = SOURCE.lives(2 + RANDOM.nextInt(5), now);
    List<StoryCall> joins = SOURCE.joins(lives, now);
    return switch (kind) {
      case 0 -> {
        List<StoryCall> calls = mixed(lives);
        calls.addAll(joins);
        yield List.of(calls, calls.stream().map(call -> call.with(HUB)).toList());
      }
      case 1 -> List.of(between(lives, joins), between(lives, shuffled(joins)));
      case UNMERGE -> {
        List<StoryCall> calls = between(lives, List.of());
        yield List.of(calls, calls);
      }
      default -> {
        List<StoryCall> soup = SOURCE.soup(2 + RANDOM.nextInt(14), now);
        yield List.of(soup, shuffled(soup));
      }
    };
  }

  private static <T> List<T> shuffled(List<T> list) {
    List<T> shuffled = new ArrayList<>(list);
    Collections.shuffle(shuffled, RANDOM);
    return shuffled;
  }

  /** All calls, each life in its order. */
  private static List<StoryCall> mixed(List<List<StoryCall>> lives) {
    List<StoryCall> calls = new ArrayList<>();
    List<List<StoryCall>> open = new ArrayList<>();
    lives.forEach(life -> open.add(new ArrayList<>(life)));
    while (!open.isEmpty()) {
      List<StoryCall> life = open.get(RANDOM.nextInt(open.size()));
      calls.add(life.remove(0));
      open.removeIf(List::isEmpty);
    }
    return calls;
  }

  /** The lives begin, then merges come, with the rest of the lives before, between and after. */
  private static List<StoryCall> between(List<List<StoryCall>> lives, List<StoryCall> joins) {
    List<StoryCall> calls = new ArrayList<>();
    List<StoryCall> rest = new ArrayList<>();
    for (List<StoryCall> life : lives) {
      calls.add(life.get(0));
      rest.addAll(life.subList(1, life.size()));
    }
    Collections.shuffle(rest, RANDOM);
    for (StoryCall join : joins) {
      calls.add(join);
      while (!rest.isEmpty() && RANDOM.nextInt(3) > 0) {
        calls.add(rest.remove(0));
      }
    }
    calls.addAll(rest);
    return calls;
  }

  /** A checkpoint now and then, some of them with a failure after it or while it is under way. */
  private static void fate() throws Exception {
    switch (RANDOM.nextInt(16)) {
      case 0, 1 -> BENCH.chain().checkpoint();
      case 2 -> {
        BENCH.chain().beginCheckpoint();
        BENCH.chain().run(RANDOM.nextInt(600));
        BENCH.chain().fail();
      }
      case 3 -> BENCH.chain().fail();
      default -> {}
    }
  }

  private static Telling telling(int story, String way, List<StoryCall> calls) {
    return new Telling("s" + story % SPACES, story + way, calls);
  }

  private static void assertSame(Telling one, Telling other) {
    Set<Identifier> ids = new HashSet<>();
    one.calls().forEach(call -> ids.addAll(call.ids()));
    Map<String, String> counterparts = new HashMap<>();
    for (Identifier id : ids) {
      String profile = BENCH.profileOf(one, id);
      String counterpart = BENCH.profileOf(other, id);
      String before = counterparts.put(profile, counterpart);
      if (before != null && !before.equals(counterpart)) {
        throw BENCH.failure(id + " is on one profile in one way of telling only", one, other);
      }
      Map<String, String> values = BENCH.valuesOf(one, id);
      Map<String, String> others = BENCH.valuesOf(other, id);
      if (!values.equals(others)) {
        throw BENCH.failure(id + " has " + values + " and " + others, one, other);
      }
    }
    assertThat(Set.copyOf(counterparts.values())).hasSameSizeAs(counterparts.keySet());
  }
}
