package dev.traitflow.server.store.barrier;

import dev.traitflow.core.topic.Marker;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The markers that came out of the topics: how far each partition is complete.
 *
 * <p>Markers of an older attempt than the newest of their partition and stage count for nothing: a
 * job that went back to a checkpoint says again what it had said since. Thread-safe; whoever waits
 * is woken by new markers.
 */
public final class MarkerLedger {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Place, Seen> stages = new TreeMap<>(Place.ORDER);
  private final List<MarkerObserver> observers = new CopyOnWriteArrayList<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final AtomicLong version = new AtomicLong();

  /** Where markers of a stage come out. */
  private record Place(String topic, int partition, String stage) {
    private static final Comparator<Place> ORDER =
        Comparator.comparing(Place::topic)
            .thenComparing(Place::stage)
            .thenComparingInt(Place::partition);

    static Place of(Stage stage, int partition) {
      return new Place(stage.topic(), partition, stage.name());
    }

    boolean isOf(Stage other) {
      return topic.equals(other.topic()) && stage.equals(other.name());
    }
  }

  /**
   * A marker and the partition it came out of.
   *
   * @param topic the topic
   * @param partition its partition
   * @param marker the marker
   */
  public record Placed(String topic, int partition, Marker marker) {
    /** True if it is of a stage's output. */
    boolean isOf(Stage stage) {
      return topic.equals(stage.topic()) && marker.stage().equals(stage.name());
    }
  }

  /** Sees every marker that counts, in the order of its partition. Called under the lock. */
  interface MarkerObserver {
    void onMarker(Placed placed);
  }

  private static final class Seen {
    private long attempt = Long.MIN_VALUE;
    private int parallelism;
    private final Map<Integer, Marker> newest = new HashMap<>();

    boolean accept(Marker marker) {
      if (marker.attempt() < attempt) {
        return false;
      }
      if (marker.attempt() > attempt) {
        attempt = marker.attempt();
        newest.clear();
      }
      parallelism = marker.parallelism();
      newest.put(marker.subtask(), marker);
      return true;
    }
  }

  /** Takes markers in the order of their partitions. */
  public void accept(List<Placed> markers) {
    if (markers.isEmpty()) {
      return;
    }
    lock.lock();
    try {
      for (Placed placed : markers) {
        Place place = new Place(placed.topic, placed.partition, placed.marker.stage());
        if (stages.computeIfAbsent(place, unseen -> new Seen()).accept(placed.marker)) {
          observers.forEach(observer -> observer.onMarker(placed));
        }
      }
      version.incrementAndGet();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    listeners.forEach(Runnable::run);
  }

  /** Counts what was taken: as long as it stays, every answer of this object does. */
  long version() {
    return version.get();
  }

  /** Has {@code listener} called whenever markers were taken, by who brought them. */
  void onTaken(Runnable listener) {
    listeners.add(listener);
  }

  /** Shows the observer every marker from now on. */
  void observe(MarkerObserver observer) {
    observers.add(observer);
  }

  /** Ends {@link #observe}. */
  void forget(MarkerObserver observer) {
    observers.remove(observer);
  }

  /** Wakes whoever waits, because something else changed that they look at. */
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until the condition, which is looked at under the lock, holds.
   *
   * @return false if it did not until {@code deadlineNanos} of the monotonic clock
   */
  boolean await(BooleanSupplier condition, long deadlineNanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!condition.getAsBoolean()) {
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        boolean unusedBecauseOfLoop = changed.await(left, TimeUnit.NANOSECONDS);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * What is missing until the stage has passed {@code flush} in every partition; one sentence each.
   */
  List<String> missing(Stage stage, int partitions, long flush) {
    lock.lock();
    try {
      List<String> missing = new ArrayList<>();
      for (int partition = 0; partition < partitions; partition++) {
        String where = stage.topic() + " partition " + partition + ": stage " + stage.name();
        Seen seen = stages.get(Place.of(stage, partition));
        if (seen == null) {
          missing.add(where + " has not marked anything (expected flush " + flush + ")");
          continue;
        }
        for (int subtask = 0; subtask < seen.parallelism; subtask++) {
          Marker marker = seen.newest.get(subtask);
          if (marker == null || marker.flush() < flush) {
            missing.add(
                where
                    + " subtask "
                    + subtask
                    + " of "
                    + seen.parallelism
                    + " is at flush "
                    + (marker == null ? "none" : marker.flush())
                    + " (expected "
                    + flush
                    + ")");
          }
        }
      }
      return missing;
    } finally {
      lock.unlock();
    }
  }

  /** The newest flush that the stage has passed in every partition, -1 if one never marked. */
  long passed(Stage stage, int partitions) {
    lock.lock();
    try {
      long passed = Long.MAX_VALUE;
      for (int partition = 0; partition < partitions; partition++) {
        Seen seen = stages.get(Place.of(stage, partition));
        if (seen == null || seen.newest.size() < seen.parallelism) {
          return -1;
        }
        for (Marker marker : seen.newest.values()) {
          passed = Math.min(passed, marker.flush());
        }
      }
      return passed;
    } finally {
      lock.unlock();
    }
  }

  /** The instant up to which every partition of the stage is right; empty if one never marked. */
  OptionalLong asOf(Stage stage, int partitions) {
    lock.lock();
    try {
      if (!missing(stage, partitions, Long.MIN_VALUE).isEmpty()) {
        return OptionalLong.empty();
      }
      return IntStream.range(0, partitions)
          .mapToObj(partition -> stages.get(Place.of(stage, partition)))
          .flatMap(seen -> seen == null ? Stream.of() : seen.newest.values().stream())
          .mapToLong(Marker::asOf)
          .min();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The smallest number reported under a name over all subtasks and partitions: everything a
   * subtask wrote before is applied. -1 if one has not reported it.
   */
  long smallest(Stage stage, int partitions, String name) {
    lock.lock();
    try {
      if (partitions == 0 || !missing(stage, partitions, Long.MIN_VALUE).isEmpty()) {
        return -1;
      }
      return IntStream.range(0, partitions)
          .mapToObj(partition -> stages.get(Place.of(stage, partition)))
          .flatMap(seen -> seen == null ? Stream.of() : seen.newest.values().stream())
          .mapToLong(marker -> marker.counts().getOrDefault(name, -1L))
          .min()
          .orElse(-1);
    } finally {
      lock.unlock();
    }
  }

  /** The newest marker of each subtask of a stage, from whichever partition has it. */
  Map<Integer, Marker> newest(Stage stage) {
    lock.lock();
    try {
      return stages.entrySet().stream()
          .filter(each -> each.getKey().isOf(stage))
          .flatMap(each -> each.getValue().newest.values().stream())
          .collect(
              Collectors.toMap(
                  Marker::subtask, marker -> marker, MarkerLedger::newer, TreeMap::new));
    } finally {
      lock.unlock();
    }
  }

  private static Marker newer(Marker left, Marker right) {
    Comparator<Marker> order =
        Comparator.comparingLong(Marker::attempt)
            .thenComparingLong(Marker::flush)
            .thenComparingLong(Marker::asOf);
    return order.compare(left, right) >= 0 ? left : right;
  }
}
