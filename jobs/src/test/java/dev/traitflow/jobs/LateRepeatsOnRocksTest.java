package dev.traitflow.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.traitflow.core.identity.Identifier;
import dev.traitflow.jobs.StoryBench.Telling;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Beyond the time that messageIds are remembered the history is the guard: a call that comes again
 * changes nothing, however late it comes and whatever it is dated, also if its user was merged in
 * between. On the operators of the job, under random interleavings and failures.
 */
final class LateRepeatsOnRocksTest {
  private static final int STORIES =
      Integer.getInteger(
          "traitflow.test.seeds", Boolean.getBoolean("traitflow.test.all") ? 2_000 : 40);
  private static final long SEED = Long.getLong("traitflow.test.seed", 1);
  private static final long HOUR = RandomStories.HOUR;
  private static final List<String> SPACES = List.of("s0");

  private static final byte[] DEFINITION =
      """
      {'name':'S','identity':{'identifiers':[{'type':'user_id','limit':1000},
       {'type':'anonymous_id','limit':1000}]},'traits':[
       {'key':'count','slot':0,'type':'event_counter','event':'A'},
       {'key':'day','slot':1,'type':'event_counter','event':'A','window':{'within':'1 d'}},
       {'key':'session','slot':2,'type':'event_counter','event':'A','window':{'session':'6 h'}},
       {'key':'all','slot':3,'level':'account','type':'event_counter','event':'A'},
       {'key':'week','slot':4,'level':'account','type':'aggregation','aggregation':'sum',
        'event':'A','property':'n','window':{'within':'7 d'}}]}"""
          .replace('\'', '"')
          .getBytes(UTF_8);

  private final Random random = new Random(SEED);

  /** A call with the telling it is of. */
  private record Told(Telling telling, StoryCall call) {}

  @Test
  void aStoredEventThatComesAgainChangesNothingWheneverItComes() throws Exception {
    try (StoryBench bench = new StoryBench(SEED)) {
      bench.define("s0", DEFINITION);
      List<Told> told = new ArrayList<>();
      for (int story = 0; story < STORIES; story++) {
        Telling telling = new Telling("s0", Integer.toString(story), List.of());
        for (int number = 0; number < 8; number++) {
          told.add(new Told(telling, call(number, bench.now())));
        }
      }
      told.forEach(each -> bench.say(each.telling(), each.call()));
      for (int round = 0; round < 4; round++) {
        bench.chain().run(random.nextInt(3_000));
        if (random.nextBoolean()) {
          bench.chain().checkpoint();
        } else {
          bench.chain().fail();
        }
        bench.passTime((10 + random.nextInt(20)) * HOUR);
        for (Told each : told) {
          if (random.nextInt(3) == 0) {
            bench.say(each.telling(), each.call());
          }
        }
        join(bench, told);
      }
      bench.settle();
      bench.assertValuesAreFoldsOfTheHistories(SPACES);
      bench.assertAccountsAreFoldsOfTheirUsers(SPACES);
      bench.passTime(60 * HOUR);
      bench.settle();
      bench.assertValuesAreFoldsOfTheHistories(SPACES);
      bench.assertAccountsAreFoldsOfTheirUsers(SPACES);
    }
  }

  private void join(StoryBench bench, List<Told> told) {
    for (int i = 0; i < STORIES / 2; i++) {
      Told each = told.get(random.nextInt(told.size()));
      List<Identifier> both =
          List.of(
              StoryCall.told(user(random.nextInt(3)), each.telling().name()),
              StoryCall.told(user(random.nextInt(3)), each.telling().name()));
      bench.join(each.telling(), both);
    }
  }

  /** Dated up to two days ago, up to three days ahead, or now. */
  private StoryCall call(int number, long now) {
    long ahead =
        switch (random.nextInt(3)) {
          case 0 -> random.nextInt(72) * HOUR;
          case 1 -> -random.nextInt(48) * HOUR;
          default -> random.nextInt(5_000);
        };
    String body =
        random.nextInt(5) == 0
            ? "\"type\":\"group\",\"groupId\":\"g\""
            : "\"type\":\"track\",\"event\":\"A\",\"properties\":{\"n\":" + number + "}";
    return new StoryCall(number, now + ahead, List.of(user(random.nextInt(3))), body);
  }

  private static Identifier user(int number) {
    return Identifier.ofUser(number == 0 ? "user_id" : "anonymous_id", "u" + number);
  }
}
