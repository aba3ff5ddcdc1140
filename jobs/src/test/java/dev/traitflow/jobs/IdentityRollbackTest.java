package dev.traitflow.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.jobs.StoryBench.Telling;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A job that is killed between a decision to merge and the next checkpoint takes back nothing it
 * said to its topics, and decides again from the same log, while between its subtasks everything
 * happens in another order. After each kill a reader must know what is true after the log, and must
 * not see a value that only the attempt before came to.
 */
final class IdentityRollbackTest {
  private static final int KILLS =
      Integer.getInteger(
          "traitflow.test.kills", Boolean.getBoolean("traitflow.test.all") ? 200 : 20);
  private static final long SEED = Long.getLong("traitflow.test.seed", 1);
  private static final int TELLINGS = 8;

  private final Random random = new Random(SEED);
  private final RandomStories stories = new RandomStories(random);

  @Test
  void aReaderKnowsTheTruthAfterEveryKill() throws Exception {
    List<String> spaces = new ArrayList<>();
    try (StoryBench bench = new StoryBench(SEED)) {
      for (int kill = 0; kill < KILLS; kill++) {
        List<String> fresh = List.of("o" + kill, "t" + kill);
        bench.define(fresh.get(0), stories.open());
        bench.define(fresh.get(1), stories.tight());
        round(bench, fresh);
        bench.settle();
        bench.assertReaderKnowsTheTruth(fresh);
        spaces.addAll(fresh);
      }
      bench.passTime(100 * RandomStories.HOUR);
      bench.settle();
      bench.assertReaderKnowsTheTruth(spaces);
      assertThat(bench.unmerges()).isGreaterThan(KILLS / 10);
    }
  }

  private void round(StoryBench bench, List<String> spaces) throws Exception {
    List<Telling> before = new ArrayList<>();
    List<Telling> contending = new ArrayList<>();
    List<Telling> after = new ArrayList<>();
    for (int i = 0; i < TELLINGS; i++) {
      String space = spaces.get(i % spaces.size());
      List<StoryCall> calls = calls(bench.now());
      int first = random.nextInt(calls.size());
      int second = first + random.nextInt(calls.size() - first + 1);
      String name = space + "." + i;
      before.add(new Telling(space, name, calls.subList(0, first)));
      contending.add(new Telling(space, name, calls.subList(first, second)));
      after.add(new Telling(space, name, calls.subList(second, calls.size())));
    }
    bench.tell(before);
    bench.chain().run(random.nextInt(200));
    bench.chain().checkpoint();
    bench.tell(contending);
    orders(bench, contending);
    bench.tell(after);
    attempt(bench);
    bench.chain().fail();
    if (random.nextInt(4) == 0) {
      attempt(bench);
      bench.chain().fail();
    }
  }

  /** The job runs for some time; its next checkpoint may have begun, but is never completed. */
  private void attempt(StoryBench bench) throws Exception {
    if (random.nextInt(3) == 0) {
      bench.chain().runOut();
    } else {
      bench.chain().run(random.nextInt(400));
    }
  }

  private List<StoryCall> calls(long now) {
    if (random.nextBoolean()) {
      return stories.soup(4 + random.nextInt(10), now);
    }
    List<List<StoryCall>> lives = stories.lives(2 + random.nextInt(4), now);
    List<StoryCall> calls = new ArrayList<>();
    lives.forEach(calls::addAll);
    calls.addAll(stories.joins(lives, now));
    return calls;
  }

  /** Now and then an identifier is taken from its profile, or a profile is deleted. */
  private void orders(StoryBench bench, List<Telling> tellings) {
    for (Telling telling : tellings) {
      if (!telling.calls().isEmpty() && random.nextInt(4) == 0) {
        Identifier id = StoryCall.told(telling.calls().get(0).ids().get(0), telling.name());
        String space = telling.space();
        bench.unmerge(telling);
        bench.order(
            telling,
            random.nextBoolean()
                ? LogRecord.delete(space, bench.now(), id.type(), id.value())
                : LogRecord.unmap(space, bench.now(), id.type(), id.value()));
      }
    }
  }
}
