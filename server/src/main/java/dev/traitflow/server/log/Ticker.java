package dev.traitflow.server.log;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;

/**
 * Keeps time going on a wall clock: one thread that has silent lanes of the log ticked, at the pace
 * of {@link TickPace}. Processing time on purpose: this is where the machine's time enters the log,
 * and the only place. Everything behind the log lives by the instants written there.
 */
final class Ticker implements AutoCloseable {
  private final SpaceClock clock;
  private final List<? extends Lane> lanes;
  private final LongFunction<OptionalLong> due;
  private final Thread thread = new Thread(this::run, "traitflow-clock");
  private volatile boolean closed;
  private volatile boolean sleeping;
  private volatile long usedAt;
  private volatile long usedNanos = System.nanoTime();

  /** A lane of the log. */
  interface Lane {
    /** When anything was appended to it last, a tick too, by the monotonic clock. */
    long appendedNanos();

    /** Appends a tick. */
    void tick();
  }

  /**
   * A ticker that has yet to be started.
   *
   * @param due when time alone changes a value next, for the instant of the newest record that is
   *     no tick; empty if that is not known, or if the values do not show that record yet
   */
  Ticker(SpaceClock clock, List<? extends Lane> lanes, LongFunction<OptionalLong> due) {
    this.clock = clock;
    this.lanes = lanes;
    this.due = due;
    // Not before the newest record of the log: the clock goes on from there.
    this.usedAt = clock.now();
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Something other than a tick is appended with this instant. Cheap; any thread. */
  void used(long at) {
    usedAt = at;
    usedNanos = System.nanoTime();
    if (sleeping) {
      sleeping = false;
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    while (!closed) {
      sleeping = true;
      long wait = clock.kind() == ClockKind.WALL ? tickSilentLanes() : TickPace.REST_NANOS;
      // A use that came since leaves a permit, with which the thread does not park. While the log
      // is in use, the next look is near and needs no waking.
      sleeping = sleeping && wait > TickPace.BUSY_NANOS;
      LockSupport.parkNanos(this, wait);
    }
  }

  /** Has the lanes ticked that are due. Returns after how many nanoseconds the next one is. */
  private long tickSilentLanes() {
    long next = TickPace.REST_NANOS;
    for (Lane lane : lanes) {
      if (untilTick(lane) <= 0) {
        lane.tick();
      }
      next = Math.min(next, untilTick(lane));
    }
    return next;
  }

  private long untilTick(Lane lane) {
    long now = System.nanoTime();
    OptionalLong known = dueAtRest(now);
    OptionalLong untilDue =
        known.isEmpty() ? known : OptionalLong.of(Math.max(0, known.getAsLong() - clock.now()));
    return TickPace.untilTick(now - lane.appendedNanos(), untilDue);
  }

  /** True if nothing but ticks was appended for a while and the values show all that was. */
  boolean isAtRest() {
    return dueAtRest(System.nanoTime()).isPresent();
  }

  /** When time alone changes a value next; empty while the log is in use, or if it is not known. */
  private OptionalLong dueAtRest(long now) {
    return now - usedNanos < TickPace.IN_USE_NANOS ? OptionalLong.empty() : due.apply(usedAt);
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
