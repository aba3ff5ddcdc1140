package dev.traitflow.server.store.barrier;

import dev.traitflow.core.topic.Marker;
import dev.traitflow.server.store.barrier.MarkerLedger.Placed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One flush on its way: which markers have answered it, and whether the loop through scoring was
 * still when they did. Thread-safe.
 *
 * <p>Predictions are written back into the log. So a flush is only the last when no write was
 * resolved between the flush itself and the scoring job's answer to it; else those writes may have
 * set off more, and the next round has to say.
 */
final class FlushRound implements MarkerLedger.MarkerObserver {
  private static final String WRITES = "writes";
  private static final String SCORED = "scored";

  private final int logPartitions;
  private final Map<Integer, Long> writesAtFlush = new HashMap<>();
  private final Map<Integer, Long> writesAtScored = new HashMap<>();
  private final List<Placed> early = new ArrayList<>();
  private long flush;
  private long attempt = Long.MIN_VALUE;
  private boolean restarted;

  FlushRound(int logPartitions) {
    this.logPartitions = logPartitions;
  }

  /** The flush is in the log and has this number; what was seen before is looked at again. */
  synchronized void begin(long number) {
    flush = number;
    early.forEach(this::take);
    early.clear();
  }

  @Override
  public synchronized void onMarker(Placed placed) {
    if (flush == 0) {
      early.add(placed);
    } else {
      take(placed);
    }
  }

  private void take(Placed placed) {
    Marker marker = placed.marker();
    if (!placed.isOf(Stage.RESOLVE) || marker.attempt() < attempt) {
      return;
    }
    if (marker.attempt() > attempt) {
      // The job went back to a checkpoint: what we saw may come again, and we may miss its start.
      restarted |= attempt != Long.MIN_VALUE;
      attempt = marker.attempt();
      writesAtFlush.clear();
      writesAtScored.clear();
    }
    long writes = marker.counts().getOrDefault(WRITES, 0L);
    if (marker.flush() >= flush) {
      writesAtFlush.putIfAbsent(marker.subtask(), writes);
    }
    if (marker.counts().getOrDefault(SCORED, 0L) >= flush) {
      writesAtScored.putIfAbsent(marker.subtask(), writes);
    }
  }

  /** True if the scoring job's answer was seen in every partition of the log. */
  synchronized boolean isScored() {
    return writesAtScored.size() >= logPartitions && writesAtFlush.size() >= logPartitions;
  }

  /** True if nothing was written back between the flush and the scoring job's answer to it. */
  synchronized boolean isStill() {
    return !restarted && writesAtFlush.equals(writesAtScored);
  }

  /** Where the scoring job's answer is missing; one sentence each. */
  synchronized List<String> missing() {
    List<String> missing = new ArrayList<>();
    for (int partition = 0; partition < logPartitions; partition++) {
      if (!writesAtScored.containsKey(partition)) {
        missing.add(
            "events partition "
                + partition
                + ": flush "
                + flush
                + " has no answer of the scoring job that was resolved");
      }
    }
    return missing;
  }
}
