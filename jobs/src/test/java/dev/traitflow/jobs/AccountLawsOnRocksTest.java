package dev.traitflow.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.jobs.StoryBench.Telling;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The law of accounts on the operators of the job: an account is a fold of the events that its
 * users have now, however links, merges, deletions and unmerges came between them, under random
 * interleavings and failures; so is a trait that is defined later.
 */
final class AccountLawsOnRocksTest {
  private static final int STORIES =
      Integer.getInteger(
          "traitflow.test.seeds", Boolean.getBoolean("traitflow.test.all") ? 10_000 : 100);
  private static final long SEED = Long.getLong("traitflow.test.seed", 1);

  /** Stories in one log: more make every sweep and restore longer. */
  private static final int LOG = 500;

  private static final int SPACES = 5;
  private static final int GROUP = 20;
  private static final int STEPS = 24;
  private static final int USERS = 5;

  private static final String TRAITS =
      """
      {'key':'own','slot':0,'type':'event_counter','event':'A'},
      {'key':'count','slot':1,'level':'account','type':'event_counter','event':'A'},
      {'key':'day','slot':2,'level':'account','type':'aggregation','aggregation':'max',
       'event':'A','property':'n','window':{'within':'1 d'}},
      {'key':'session','slot':3,'level':'account','type':'unique_list','event':'B',
       'property':'n','window':{'session':'1 h'}},
      {'key':'most','slot':4,'level':'account','type':'most_frequent','event':'A',
       'minimum_frequency':1,'return_user_trait':'email'},
      {'key':'first','slot':5,'level':'account','type':'first','event':'A',
       'return_user_trait':'own','value_type':'number'},
      {'key':'last','slot':6,'level':'account','type':'last','event':'A',
       'window':{'within':'2 d'},'return_user_trait':'email'}""";

  private static final String LATE =
      """
      ,{'key':'late_sum','slot':7,'level':'account','type':'aggregation','aggregation':'sum',
       'event':'A','property':'n'},
      {'key':'late_most','slot':8,'level':'account','type':'most_frequent','event':'B',
       'minimum_frequency':1,'return_user_trait':'own'}""";

  @Test
  void anAccountIsAFoldOfTheEventsThatItsUsersHaveNow() {
    // A log belongs to its thread and shares nothing: one for each processor.
    IntStream.range(0, (STORIES + LOG - 1) / LOG)
        .parallel()
        .forEach(log -> checkLaw(SEED + (long) log * LOG, Math.min(LOG, STORIES - log * LOG)));
  }

  private static void checkLaw(long seed, int count) {
    try {
      new StoryLog(seed).checkLaw(count);
    } catch (Exception | AssertionError failure) {
      throw new AssertionError(count + " stories from seed " + seed, failure);
    }
  }

  /** Stories told into one log, in an order that follows from a seed. */
  private static final class StoryLog {
    private final long seed;
    private final Random random;

    StoryLog(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
    }

    private void checkLaw(int count) throws Exception {
      List<String> spaces = new ArrayList<>();
      try (StoryBench bench = new StoryBench(seed)) {
        for (int i = 0; i < SPACES; i++) {
          spaces.add("s" + i);
          bench.define("s" + i, definition(""));
        }
        for (int from = 0; from < count; from += GROUP) {
          List<Story> stories = new ArrayList<>();
          for (int i = from; i < Math.min(count, from + GROUP); i++) {
            stories.add(new Story(bench, "s" + i % SPACES, Integer.toString(i)));
          }
          for (int step = 0; step < STEPS; step++) {
            for (Story story : stories) {
              story.act();
            }
            goOn(bench);
          }
        }
        bench.settle();
        bench.assertAccountsAreFoldsOfTheirUsers(spaces);
        assertThat(bench.unmerges()).isGreaterThan(count / 10);
        for (String space : spaces) {
          bench.define(space, definition(LATE));
        }
        bench.settle();
        bench.assertAccountsAreFoldsOfTheirUsers(spaces);
        bench.passTime(10 * RandomStories.HOUR);
        bench.settle();
        bench.assertAccountsAreFoldsOfTheirUsers(spaces);
      }
    }

    private void goOn(StoryBench bench) throws Exception {
      JobChain chain = bench.chain();
      chain.run(random.nextInt(600));
      switch (random.nextInt(24)) {
        case 0, 1 -> chain.checkpoint();
        case 2 -> {
          chain.beginCheckpoint();
          chain.run(random.nextInt(400));
          chain.fail();
        }
        case 3 -> chain.fail();
        case 4 -> bench.settle();
        default -> {}
      }
    }

    /** What the users of a few accounts do, and what is ordered about them. */
    private final class Story {
      private final StoryBench bench;
      private final Telling telling;
      private final List<String> merges = new ArrayList<>();
      private int number;

      Story(StoryBench bench, String space, String name) {
        this.bench = bench;
        this.telling = new Telling(space, name, List.of());
      }

      void act() {
        switch (random.nextInt(20)) {
          case 0, 1, 2 -> call(group(), user());
          case 3, 4 -> call(identify(), user());
          case 5 -> call(track(), user(), user());
          case 6, 7 -> merges.addAll(bench.join(telling, List.of(told(user()), told(user()))));
          case 8, 9 -> unmerge();
          case 10 -> delete();
          case 11 -> bench.passTime(random.nextInt(6) * RandomStories.HOUR / 2);
          default -> call(track(), user());
        }
      }

      private void unmerge() {
        if (!merges.isEmpty()) {
          bench.unmerge(telling, merges.remove(random.nextInt(merges.size())));
        }
      }

      private void delete() {
        Identifier id = told(user());
        bench.order(telling, LogRecord.delete(telling.space(), bench.now(), id.type(), id.value()));
      }

      private void call(String body, Identifier... ids) {
        long late = random.nextInt(3) == 0 ? random.nextInt(100) * RandomStories.HOUR / 2 : 0;
        long timestamp = bench.now() - late - random.nextInt(4) * RandomStories.HOUR / 4;
        List<Identifier> distinct = List.of(ids).stream().distinct().toList();
        bench.say(telling, new StoryCall(number++, timestamp, distinct, body));
      }

      private Identifier told(Identifier id) {
        return StoryCall.told(id, telling.name());
      }

      private Identifier user() {
        int user = random.nextInt(USERS);
        return Identifier.ofUser(user < 3 ? "user_id" : "anonymous_id", "u" + user);
      }

      private String group() {
        return "\"type\":\"group\",\"groupId\":\"g%d.%s\",\"traits\":{\"size\":%d}"
            .formatted(random.nextInt(2), telling.name(), random.nextInt(9));
      }

      private String identify() {
        String email = random.nextInt(4) == 0 ? "null" : "\"m" + random.nextInt(4) + "\"";
        return "\"type\":\"identify\",\"traits\":{\"email\":" + email + "}";
      }

      private String track() {
        return "\"type\":\"track\",\"event\":\"%s\",\"properties\":{\"n\":%d}"
            .formatted(random.nextInt(3) == 0 ? "B" : "A", random.nextInt(6));
      }
    }
  }

  private static byte[] definition(String late) {
    String json =
        "{'name':'S','identity':{'identifiers':[{'type':'user_id','limit':1000},"
            + "{'type':'anonymous_id','limit':1000},{'type':'email','limit':1,'custom_keys':[]}]},"
            + "'traits':["
            + TRAITS
            + late
            + "]}";
    return json.replace('\'', '"').getBytes(UTF_8);
  }
}
