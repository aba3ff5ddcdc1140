package dev.traitflow.server.store.barrier;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.traitflow.core.text.IsoTime;
import dev.traitflow.server.health.PipelineHealth;
import dev.traitflow.server.log.EventLog;
import dev.traitflow.server.log.SpaceClock;
import dev.traitflow.server.log.TopicLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Waits until everything accepted so far has been resolved, computed and made readable.
 *
 * <p>A round appends a numbered flush to every partition of the log. Each stage passes it on after
 * everything before it and marks its output with it; when the markers of all subtasks have come out
 * of all partitions, the store has applied all that was before them. Because predictions are
 * written back into the log, rounds are repeated until one found the loop still.
 */
public final class Barrier implements AutoCloseable {
  private static final int SHOWN_MAX = 8;

  /** How often the pipeline is looked at while a flush waits. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final EventLog log;
  private final SpaceClock clock;
  private final PipelineProgress progress;
  private final PipelineHealth health;
  private final TopicLayout layout;
  private final LongSupplier settle;
  private volatile boolean closed;

  /**
   * Makes a barrier.
   *
   * @param health looked at again and again while nothing arrives
   * @param settle asked before and after each round; another number afterwards means that something
   *     changed meanwhile that sets off more
   */
  public Barrier(
      EventLog log,
      SpaceClock clock,
      PipelineProgress progress,
      PipelineHealth health,
      TopicLayout layout,
      LongSupplier settle) {
    this.log = log;
    this.clock = clock;
    this.progress = progress;
    this.health = health;
    this.layout = layout;
    this.settle = settle;
  }

  /**
   * Flushes.
   *
   * @param timeout how long to wait for all rounds together, by the machine's monotonic clock
   * @return {@code flush} (its number), {@code now} (the clock) and {@code counts}
   * @throws FlushTimeoutException naming what is missing
   * @throws PipelineFailedException if what would answer does not work; at once or within a second
   * @throws InterruptedException if the barrier is closed meanwhile
   */
  public JsonNode flush(Duration timeout)
      throws InterruptedException, FlushTimeoutException, PipelineFailedException {
    requireWorking();
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      FlushRound round = new FlushRound(layout.logPartitions());
      // It looks before the flush is appended: the first markers may come out before that returns.
      progress.ledger().observe(round);
      try {
        long settled = settle.getAsLong();
        long flush = log.flush();
        round.begin(flush);
        boolean passed = await(round, flush, deadline);
        if (closed) {
          throw new InterruptedException("flush " + flush + ": the server is stopping");
        }
        if (!passed) {
          throw new FlushTimeoutException(explain(round, flush, timeout));
        }
        if (settle.getAsLong() == settled && round.isStill()) {
          return answer(flush);
        }
      } finally {
        progress.ledger().forget(round);
      }
    }
  }

  /** Sends callers away: a server that stops must not wait for a flush. */
  @Override
  public void close() {
    closed = true;
    progress.ledger().wake();
  }

  /** Waits for the round to be answered; false if it was not until the deadline. */
  private boolean await(FlushRound round, long flush, long deadline)
      throws InterruptedException, PipelineFailedException {
    while (true) {
      long look = Math.min(deadline, System.nanoTime() + LOOK.toNanos());
      boolean passed =
          progress
              .ledger()
              .await(() -> closed || (round.isScored() && missing(flush).isEmpty()), look);
      if (passed || System.nanoTime() >= deadline) {
        return passed;
      }
      requireWorking();
    }
  }

  /**
   * Returns if there is something to wait for.
   *
   * @throws PipelineFailedException if a job or the store does not work
   */
  public void requireWorking() throws PipelineFailedException {
    Optional<String> trouble = health.trouble();
    if (trouble.isPresent()) {
      throw new PipelineFailedException(trouble.get());
    }
  }

  private List<String> missing(long flush) {
    List<String> missing = new ArrayList<>();
    for (Stage stage : Stage.ALL) {
      missing.addAll(progress.ledger().missing(stage, layout.profilePartitions(), flush));
    }
    return missing;
  }

  private String explain(FlushRound round, long flush, Duration timeout) {
    List<String> missing = missing(flush);
    missing.addAll(round.missing());
    String shown = String.join("; ", missing.subList(0, Math.min(SHOWN_MAX, missing.size())));
    int more = missing.size() - SHOWN_MAX;
    return "flush "
        + flush
        + ": not answered within "
        + timeout.toMillis()
        + " ms: "
        + (missing.isEmpty() ? "predictions still being written back" : shown)
        + (more > 0 ? "; and " + more + " more" : "");
  }

  private JsonNode answer(long flush) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("flush", flush).put("now", IsoTime.format(clock.now()));
    ObjectNode counts = answer.putObject("counts");
    progress.counts().forEach(counts::put);
    return answer;
  }
}
