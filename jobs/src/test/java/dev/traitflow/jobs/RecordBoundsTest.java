package dev.traitflow.jobs;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.identity.UnmergeOrder;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever people send, every record of every topic is within the bound that {@code Topics} states
 * for it: {@link ChainTopics} looks at each.
 */
final class RecordBoundsTest {
  private static final int SEEDS =
      Integer.getInteger(
          "traitflow.test.seeds", Boolean.getBoolean("traitflow.test.all") ? 10_000 : 10);
  private static final int FIRST = Integer.getInteger("traitflow.test.seed", 1);

  /** What is in a chain stays on the heap until it is closed. */
  private static final int SEEDS_PER_CHAIN = 5;

  private static final long T0 = 480_000 * RandomStories.HOUR;

  @Test
  @Tag("fuzz")
  void everyRecordIsWithinTheBoundOfItsTopicWhateverIsSent() {
    // A chain belongs to its thread and shares nothing: one for each processor.
    IntStream.range(0, (SEEDS + SEEDS_PER_CHAIN - 1) / SEEDS_PER_CHAIN)
        .parallel()
        .forEach(chain -> tellAll(FIRST + chain * SEEDS_PER_CHAIN));
  }

  private static void tellAll(int first) {
    try (JobChain chain = new JobChain(1, first)) {
      int end = Math.min(first + SEEDS_PER_CHAIN, FIRST + SEEDS);
      for (int seed = first; seed < end; seed++) {
        tell(chain, seed);
      }
      chain.append(LogRecord.flush(T0 + 8 * RandomStories.HOUR, 1));
      chain.settle();
    } catch (Exception | AssertionError failure) {
      throw new AssertionError("seeds from " + first, failure);
    }
  }

  private static void tell(JobChain chain, int seed) throws Exception {
    Random random = new Random(seed);
    String space = "s" + seed;
    long now = T0;
    ExtremeCalls ada = new ExtremeCalls(random, seed);
    ExtremeCalls bob = new ExtremeCalls(random, seed);
    chain.append(LogRecord.define(space, now, ada.definition()));
    chain.append(LogRecord.score(space, now, 1));
    int calls = ada.calls();
    // The younger of two is merged away: in some stories with nearly all there is.
    int share = random.nextInt(4) == 0 ? 0 : 5 + random.nextInt(5);
    for (int i = 0; i < calls; i++) {
      now += random.nextInt(500_000);
      boolean first = i == 0 || random.nextInt(10) < share;
      byte[] body = (first ? ada : bob).next(first ? "ada" : "bob");
      chain.append(LogRecord.call(space, now, "web", "m" + i, "", body));
      chain.run(20);
    }
    chain.append(LogRecord.call(space, now, "web", "j0", "", ada.join("ada", "x")));
    chain.append(LogRecord.call(space, now, "web", "j1", "", bob.join("bob", "y")));
    chain.append(LogRecord.call(space, now, "web", "j2", "", ada.join("ada", "y")));
    chain.append(LogRecord.score(space, now, 2));
    if (random.nextBoolean()) {
      chain.run(200);
      chain.append(
          new UnmergeOrder("no such merge".repeat(500), List.of(), false).inLog(space, now));
    }
    chain.append(LogRecord.tick(T0 + 8 * RandomStories.HOUR));
    chain.runOut();
  }
}
