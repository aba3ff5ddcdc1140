package dev.traitflow.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.identity.Identifier;
import dev.traitflow.jobs.StoryBench.Telling;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Small stories that the random ones brought to light, each under many interleavings. */
final class JobChainTest {
  private static final int TELLINGS = 200;
  private static final long SEED = Long.getLong("traitflow.test.seed", 1);
  private static final List<String> SEEN = List.of("1", "6", "7");
  private static final Identifier A1 = Identifier.ofUser(Identifier.ANONYMOUS_ID, "a1");
  private static final Identifier A2 = Identifier.ofUser(Identifier.ANONYMOUS_ID, "a2");
  private static final Identifier A3 = Identifier.ofUser(Identifier.ANONYMOUS_ID, "a3");
  private static final Identifier USER = Identifier.ofUser(Identifier.USER_ID, "u1");
  private static final String TRACK = "\"type\":\"track\",\"event\":\"C\"";
  private static final String IDENTIFY = "\"type\":\"identify\",\"traits\":{\"c1\":1}";

  /** The survivor is held once for each loser, and both losers' histories may come after that. */
  @Test
  void oneEventBringsThreeProfilesTogether() throws Exception {
    check(call(0, TRACK, A1), call(1, TRACK, A2), call(2, TRACK, A3), call(3, TRACK, A1, A2, A3));
  }

  @Test
  void twoEventsBringThreeProfilesTogether() throws Exception {
    check(
        call(0, TRACK, A1),
        call(1, TRACK, A2),
        call(2, TRACK, A3),
        call(3, TRACK, A2, A3),
        call(4, TRACK, A1, A2));
  }

  /** The bundle may be flushed between the last event of a history and the word that it was it. */
  @Test
  void aMergeMakesTheSurvivorAMember() throws Exception {
    check(call(0, TRACK, USER), call(1, IDENTIFY, A1), call(2, TRACK, USER, A1));
  }

  /** Five events are moved one by one; the survivor is seen without them and with all of them. */
  @Test
  void halfAHistoryIsNeverShown() throws Exception {
    List<StoryCall> calls = new ArrayList<>();
    calls.add(call(0, TRACK, USER));
    for (int i = 1; i <= 5; i++) {
      calls.add(call(i, TRACK, A1));
    }
    calls.add(call(6, TRACK, USER, A1));
    String counter = "{'name':'S','traits':[{'key':'n','type':'event_counter','event':'C'}]}";
    try (StoryBench bench = new StoryBench(SEED)) {
      bench.define("s", counter.replace('\'', '"').getBytes(UTF_8));
      List<Telling> tellings = tell(bench, calls);
      for (Telling telling : tellings) {
        String survivor = bench.profileOf(telling, USER);
        assertThat(bench.reader().shown("s", survivor, "n")).as(telling.name()).isSubsetOf(SEEN);
      }
    }
  }

  private static StoryCall call(int number, String body, Identifier... ids) {
    return new StoryCall(number, StoryBench.T0 + number, List.of(ids), body);
  }

  private static void check(StoryCall... calls) throws Exception {
    try (StoryBench bench = new StoryBench(SEED)) {
      bench.define("s", new RandomStories(new Random(SEED)).open());
      tell(bench, List.of(calls));
    }
  }

  private static List<Telling> tell(StoryBench bench, List<StoryCall> calls) throws Exception {
    List<Telling> tellings = new ArrayList<>();
    for (int i = 0; i < TELLINGS; i++) {
      tellings.add(new Telling("s", Integer.toString(i), calls));
    }
    bench.tell(tellings);
    bench.settle();
    bench.assertReaderKnowsTheTruth(List.of("s"));
    return tellings;
  }
}
