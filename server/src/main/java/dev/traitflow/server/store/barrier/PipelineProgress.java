package dev.traitflow.server.store.barrier;

import dev.traitflow.core.topic.Marker;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * How far the jobs are, by the markers that came out of the topics behind what they wrote before.
 * Thread-safe.
 */
public final class PipelineProgress {
  private static final Set<String> FLUSHES = Set.of("flush", "scored");

  private final MarkerLedger ledger;
  private final ToIntFunction<String> partitions;

  /** What was last computed: every read asks for it, and it changes with markers only. */
  private volatile @Nullable AsOf newestAsOf;

  private record AsOf(long version, OptionalLong at) {}

  /**
   * How far the scoring of every profile of a space is.
   *
   * @param order place in the log of the newest order that every subtask has begun; -1 if none
   * @param scored known profiles that were sent to the scorers for it so far
   * @param isDone true if all were
   */
  public record Rescoring(long order, long scored, boolean isDone) {}

  /**
   * Reads a ledger.
   *
   * @param partitions the number of partitions of a topic; 0 while none was ever read
   */
  public PipelineProgress(MarkerLedger ledger, ToIntFunction<String> partitions) {
    this.ledger = ledger;
    this.partitions = partitions;
  }

  /** The markers themselves. */
  MarkerLedger ledger() {
    return ledger;
  }

  /**
   * The place in the log of the definition of a space that every profile has been brought to; -1
   * while the jobs have not reported one.
   */
  public long defined(String space) {
    String name = "defined/" + space;
    return Math.min(smallest(Stage.FOLD, name), smallest(Stage.ACCOUNTS, name));
  }

  /** How many profiles have been brought to the newest definition while that goes on. */
  public long swept(String space) {
    return ledger.newest(Stage.FOLD).values().stream()
        .mapToLong(marker -> marker.counts().getOrDefault("swept/" + space, 0L))
        .sum();
  }

  /** How far the newest scoring of every profile in a space is, as the jobs have reported. */
  public Rescoring rescoring(String space) {
    long order = smallest(Stage.FOLD, "round/" + space);
    long scored = 0;
    boolean isDone = true;
    for (Marker marker : ledger.newest(Stage.FOLD).values()) {
      long ofSubtask = marker.counts().getOrDefault("rescored/" + space, -1L);
      isDone &= ofSubtask < 0;
      scored += Math.max(0, ofSubtask);
    }
    return new Rescoring(order, scored, isDone);
  }

  /**
   * The instant at which the values are right: they show everything up to it. Empty before the jobs
   * have marked every partition. It is the same for all spaces, which share the partitions.
   */
  public OptionalLong asOf() {
    long version = ledger.version();
    AsOf known = newestAsOf;
    if (known == null || known.version != version) {
      known = new AsOf(version, computeAsOf());
      newestAsOf = known;
    }
    return known.at;
  }

  /**
   * When time alone changes a value next, epoch milliseconds. Empty if the values do not show
   * everything up to and including {@code at} yet, or if the jobs have not reported it.
   */
  public OptionalLong due(long at) {
    OptionalLong asOf = asOf();
    if (asOf.isEmpty() || asOf.getAsLong() <= at) {
      return OptionalLong.empty();
    }
    long due = Math.min(smallest(Stage.FOLD, Marker.DUE), smallest(Stage.ACCOUNTS, Marker.DUE));
    return due < 0 ? OptionalLong.empty() : OptionalLong.of(due);
  }

  private OptionalLong computeAsOf() {
    int count = partitions.applyAsInt(Stage.FOLD.topic());
    if (count == 0) {
      return OptionalLong.empty();
    }
    OptionalLong users = ledger.asOf(Stage.FOLD, count);
    OptionalLong accounts = ledger.asOf(Stage.ACCOUNTS, count);
    if (users.isEmpty() || accounts.isEmpty()) {
      return OptionalLong.empty();
    }
    long at = Math.min(users.getAsLong(), accounts.getAsLong());
    // Before the first event of an event clock no instant has been reached.
    return at < 0 ? OptionalLong.empty() : OptionalLong.of(at);
  }

  /** True if every stage has marked every partition of its events and values at least once. */
  public boolean isComplete() {
    return List.of(Stage.RESOLVE, Stage.HISTORY, Stage.FOLD, Stage.ACCOUNTS).stream()
        .allMatch(this::hasMarked);
  }

  private boolean hasMarked(Stage stage) {
    int count = partitions.applyAsInt(stage.topic());
    return count > 0 && ledger.missing(stage, count, Long.MIN_VALUE).isEmpty();
  }

  /**
   * What became of the calls so far, summed over the log's partitions, by names such as {@code
   * accepted/SPACE/ORIGIN}. {@code flush} and {@code scored} are numbers of flushes and so the
   * smallest of the partitions: a flush has passed when it has in all. Calls that were taken
   * without a part of them are counted where that is found, as {@code refused.CODE/SPACE/SOURCE}.
   */
  public Map<String, Long> counts() {
    Map<String, Long> sum = new TreeMap<>();
    for (Marker marker : ledger.newest(Stage.RESOLVE).values()) {
      marker
          .counts()
          .forEach(
              (name, count) ->
                  sum.merge(name, count, FLUSHES.contains(name) ? Math::min : Long::sum));
    }
    sum.remove(Marker.FLUSH_OFFSET);
    addRefused(Stage.HISTORY, sum);
    addRefused(Stage.ACCOUNTS, sum);
    return sum;
  }

  private void addRefused(Stage stage, Map<String, Long> sum) {
    for (Marker marker : ledger.newest(stage).values()) {
      marker
          .counts()
          .forEach(
              (name, count) -> {
                if (name.startsWith(Marker.REFUSED)) {
                  sum.merge(name, count, Long::sum);
                }
              });
    }
  }

  /** The greatest number of a flush that was passed; 0 if there was none. */
  public long newestFlush() {
    return ledger.newest(Stage.RESOLVE).values().stream().mapToLong(Marker::flush).max().orElse(0);
  }

  /** The place in a lane of the log up to which the jobs are known to have come; -1 if none is. */
  public long passed(int lane) {
    return ledger.newest(Stage.RESOLVE).values().stream()
        .filter(marker -> marker.subtask() == lane)
        .mapToLong(marker -> marker.counts().getOrDefault(Marker.FLUSH_OFFSET, -1L))
        .max()
        .orElse(-1);
  }

  /**
   * Has {@code listener} called whenever the jobs have marked how far they are, behind the values
   * that they wrote before; on the thread that applies them, which must not be held.
   */
  public void onMarks(Runnable listener) {
    ledger.onTaken(listener);
  }

  private long smallest(Stage stage, String name) {
    return ledger.smallest(stage, partitions.applyAsInt(stage.topic()), name);
  }
}
