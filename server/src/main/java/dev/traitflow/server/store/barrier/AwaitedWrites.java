package dev.traitflow.server.store.barrier;

import dev.traitflow.core.topic.Marker;
import dev.traitflow.server.log.TopicLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets readers wait until a record of the log, and any merge it set off, is reflected in the store,
 * without holding a thread for each.
 *
 * <p>Many records change nothing, so that there is nothing to wait for but a later mark: while
 * somebody waits, a beat is appended, at most every 50 ms and one for all. A reader is answered
 * when the marks of a flush or beat behind its record have come out of every stage. Nobody waiting,
 * nothing is appended; and a record that an earlier mark lies behind is answered at once.
 */
public final class AwaitedWrites implements MarkerLedger.MarkerObserver, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AwaitedWrites.class);
  private static final long BEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** More wait at once only if something is broken. */
  private static final int WAITERS_MAX = 10_000;

  private static final long UNSEEN = Long.MAX_VALUE;

  private final MarkerLedger ledger;
  private final TopicLayout layout;
  private final Runnable beat;
  private final long againNanos;
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(2, this::thread);
  private final Set<Waiter> waiters = new HashSet<>();
  private @Nullable ScheduledFuture<?> planned;
  private boolean beating;
  private boolean askedElsewhere;
  private long lastBeatNanos = System.nanoTime() - BEAT_NANOS;

  /** Guarded by the lock of the outer object. */
  private static final class Waiter {
    private final int partition;
    private final long offset;
    private final Consumer<Boolean> answer;
    private long flush = UNSEEN;
    private boolean asked;
    private long askedNanos;
    private @Nullable Future<?> timeout;

    Waiter(int partition, long offset, Consumer<Boolean> answer) {
      this.partition = partition;
      this.offset = offset;
      this.answer = answer;
    }

    void see(Marker marker) {
      boolean behind = marker.counts().getOrDefault(Marker.FLUSH_OFFSET, -1L) > offset;
      if (behind && marker.subtask() == partition) {
        flush = Math.min(flush, marker.flush());
      }
    }

    boolean needsBeat(long nanos, long againNanos) {
      return flush == UNSEEN && (!asked || nanos - askedNanos >= againNanos);
    }
  }

  /**
   * Begins to look.
   *
   * @param beat has a beat appended to the log; may take a while, may fail
   */
  public AwaitedWrites(PipelineProgress progress, TopicLayout layout, Runnable beat) {
    this(progress, layout, beat, AGAIN_NANOS);
  }

  /** The same, asking again after another time if a beat seems lost. */
  AwaitedWrites(PipelineProgress progress, TopicLayout layout, Runnable beat, long againNanos) {
    this.againNanos = againNanos;
    this.ledger = progress.ledger();
    this.layout = layout;
    this.beat = beat;
    timer.setRemoveOnCancelPolicy(true);
    ledger.observe(this);
    ledger.onTaken(this::look);
  }

  private Thread thread(Runnable task) {
    Thread thread = new Thread(task, "traitflow-beats");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Waits for a record of the log.
   *
   * @param partition the record's partition
   * @param offset its offset
   * @param patience how long at most, by the machine's clock
   * @param answer called once, on a thread that must not be held: true if the record is reflected,
   *     false if it was not in time
   * @return false, and nothing will be called, if too many wait already or the server is stopping
   */
  public boolean await(int partition, long offset, Duration patience, Consumer<Boolean> answer) {
    Waiter waiter = new Waiter(partition, offset, answer);
    synchronized (this) {
      if (waiters.size() >= WAITERS_MAX || timer.isShutdown()) {
        return false;
      }
      waiters.add(waiter);
      waiter.timeout =
          timer.schedule(() -> end(waiter, false), patience.toNanos(), TimeUnit.NANOSECONDS);
    }
    List<Marker> known = List.copyOf(ledger.newest(Stage.RESOLVE).values());
    synchronized (this) {
      known.forEach(waiter::see);
      plan();
    }
    look();
    return true;
  }

  /**
   * Has a beat appended soon for a reader who does not wait here: one at another server, which
   * cannot append one, or one who wants time to go on.
   */
  public synchronized void ask() {
    askedElsewhere = true;
    plan();
  }

  /** How many wait. */
  public synchronized int waiting() {
    return waiters.size();
  }

  @Override
  public void onMarker(MarkerLedger.Placed placed) {
    if (placed.isOf(Stage.RESOLVE)) {
      synchronized (this) {
        waiters.forEach(waiter -> waiter.see(placed.marker()));
      }
    }
  }

  /** Answers those whose record is reflected. Takes the ledger's lock first and ours alone. */
  private void look() {
    if (waiting() == 0) {
      return;
    }
    long passed = passed();
    List<Waiter> reached = new ArrayList<>();
    synchronized (this) {
      for (Waiter waiter : waiters) {
        if (waiter.flush <= passed) {
          reached.add(waiter);
        }
      }
    }
    reached.forEach(waiter -> end(waiter, true));
  }

  private void end(Waiter waiter, boolean reflected) {
    synchronized (this) {
      if (!waiters.remove(waiter)) {
        return;
      }
      Future<?> timeout = waiter.timeout;
      if (timeout != null) {
        timeout.cancel(false);
      }
    }
    try {
      waiter.answer.accept(reflected);
    } catch (RuntimeException failure) {
      // An edge: one reader that cannot be answered must not keep the others waiting.
      LOG.warn("A waiting reader could not be answered", failure);
    }
  }

  /** The newest flush that came out of every stage, -1 if there is none. */
  private long passed() {
    int partitions = layout.profilePartitions();
    long passed = Long.MAX_VALUE;
    for (Stage stage : Stage.ALL) {
      passed = Math.min(passed, ledger.passed(stage, partitions));
    }
    return passed;
  }

  /**
   * Plans the next beat, if somebody needs one; a beat that is planned for later, in case one asked
   * for is lost, makes way for one that is due sooner. Under the lock.
   */
  private void plan() {
    boolean wanted = waiters.stream().anyMatch(waiter -> waiter.flush == UNSEEN);
    if (beating || !(wanted || askedElsewhere)) {
      return;
    }
    long now = System.nanoTime();
    long due = lastBeatNanos + (isBeatNeeded(now) ? BEAT_NANOS : againNanos);
    long delay = Math.max(0, due - now);
    ScheduledFuture<?> before = planned;
    if (before != null) {
      if (before.getDelay(TimeUnit.NANOSECONDS) <= delay) {
        return;
      }
      before.cancel(false);
    }
    try {
      planned = timer.schedule(this::beat, delay, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException stopping) {
      LOG.debug("No beat is planned any more", stopping);
    }
  }

  private boolean isBeatNeeded(long now) {
    return askedElsewhere || waiters.stream().anyMatch(each -> each.needsBeat(now, againNanos));
  }

  private void beat() {
    boolean needed;
    synchronized (this) {
      planned = null;
      beating = true;
      long now = System.nanoTime();
      needed = isBeatNeeded(now);
      askedElsewhere = false;
      if (needed) {
        lastBeatNanos = now;
        for (Waiter waiter : waiters) {
          waiter.asked = true;
          waiter.askedNanos = now;
        }
      }
    }
    try {
      if (needed) {
        beat.run();
      }
    } catch (RuntimeException failure) {
      // An edge: those who wait are told when their time is up; it is tried again until then.
      LOG.warn("A beat could not be appended", failure);
    } finally {
      synchronized (this) {
        beating = false;
        plan();
      }
    }
  }

  /** Answers all who wait that it was not in time, and takes no more. */
  @Override
  public void close() {
    ledger.forget(this);
    List<Waiter> left;
    synchronized (this) {
      timer.shutdownNow();
      left = List.copyOf(waiters);
    }
    left.forEach(waiter -> end(waiter, false));
  }
}
