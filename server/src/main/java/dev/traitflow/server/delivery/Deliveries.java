package dev.traitflow.server.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import dev.traitflow.core.delivery.RetryRules;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.delivery.rows.DeliveryStore;
import dev.traitflow.server.delivery.rows.DeliveryStore.PlannedAnswer;
import dev.traitflow.server.delivery.rows.PendingCall;
import dev.traitflow.server.log.ExactJson;
import dev.traitflow.server.log.SpaceClock;
import dev.traitflow.server.schedule.PlannedLook;
import dev.traitflow.server.store.ProfileRepository;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deliveries of all spaces: works on marks, makes the calls, makes those again that were not
 * taken, by the clock of the spaces.
 *
 * <p>A mark rests for a moment before it is worked on: the value of an event and the identifiers it
 * brought come through different partitions, and a call made between them would lack one and be
 * made again. At a flush nothing is under way any more, and nothing rests. Thread-safe.
 */
public final class Deliveries implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);
  private static final long PERIOD_MILLIS = 250;
  private static final long CLOSE_SECONDS_MAX = 30;
  private static final int MARKS_MAX = 1_000;

  private final SpaceRegistry spaces;
  private final DeliveryStore store;
  private final SpaceClock clock;
  private final Decisions decisions;
  private final CaptureReceiver capture;
  private final ScheduledExecutorService worker =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "traitflow-deliveries");
            thread.setDaemon(true);
            return thread;
          });
  private final PlannedLook looks = new PlannedLook(worker, PERIOD_MILLIS, this::look);
  private long rested;

  private Deliveries(SpaceRegistry spaces, ProfileRepository repository, SpaceClock clock) {
    this.spaces = spaces;
    this.store = repository.deliveries();
    this.clock = clock;
    this.decisions = new Decisions(spaces, repository, clock);
    this.capture = new CaptureReceiver(store);
  }

  /** Delivers nothing: another server does. */
  public static Deliveries idle(
      SpaceRegistry spaces, ProfileRepository repository, SpaceClock clock) {
    return new Deliveries(spaces, repository, clock);
  }

  /** Begins to deliver. */
  public static Deliveries start(
      SpaceRegistry spaces, ProfileRepository repository, SpaceClock clock) {
    Deliveries deliveries = new Deliveries(spaces, repository, clock);
    repository.progress().onMarks(deliveries.looks::plan);
    deliveries.looks.plan();
    return deliveries;
  }

  /** Hands over everything that is due now; for a flush. */
  public synchronized void handOver() {
    decide(store.markNumber());
    if (attempt()) {
      looks.plan();
    }
  }

  /** What a capture destination received, in order. */
  public synchronized List<JsonNode> captured(String destination) {
    return store.captured(destination).stream().map(ExactJson::readOwn).toList();
  }

  /** What a capture destination received last, by the numbers of the calls, the newest first. */
  public Map<Long, JsonNode> newestCaptured(String destination, int limit) {
    Map<Long, JsonNode> captured = new LinkedHashMap<>();
    store
        .newestCaptured(destination, limit)
        .forEach((number, json) -> captured.put(number, ExactJson.readOwn(json)));
    return captured;
  }

  /** How many events were not sent to a destination, by the code of the reason. */
  public Map<String, Long> filtered(String destination) {
    return store.filtered(destination);
  }

  /** Forgets what a capture destination received. */
  public synchronized void emptyCapture(String destination) {
    try (DeliveryStore.Work work = store.work()) {
      work.emptyCapture(destination);
      work.commit();
    }
  }

  /** Has a capture destination answer {@code status} to the next {@code times} calls. */
  public synchronized void planAnswer(String destination, int status, int times) {
    try (DeliveryStore.Work work = store.work()) {
      work.plan(destination, new PlannedAnswer(status, times));
      work.commit();
    }
  }

  private synchronized void look() {
    try {
      decide(rested);
      long marks = store.markNumber();
      boolean more = marks > rested;
      rested = marks;
      if (attempt() || more) {
        looks.plan();
      }
    } catch (RuntimeException failure) {
      // An edge: what is marked or waits stays so until it succeeds.
      LOG.warn("Deliveries could not be made; trying again", failure);
      looks.plan();
    }
  }

  private void decide(long below) {
    while (decisions.decide(below, MARKS_MAX) == MARKS_MAX) {
      // The next ones.
    }
  }

  /** Makes the calls that are due. True if any may be left to make again. */
  private boolean attempt() {
    long now = clock.now();
    List<PendingCall> pending = store.pending();
    List<PendingCall> due =
        pending.stream()
            .filter(call -> call.due() <= now)
            .sorted(Comparator.comparingLong(PendingCall::number))
            .toList();
    for (PendingCall call : due) {
      try (DeliveryStore.Work work = store.work()) {
        attempt(call, work, now);
        work.commit();
      }
    }
    return !pending.isEmpty();
  }

  private void attempt(PendingCall call, DeliveryStore.Work work, long now) {
    if (!isEnabled(call)) {
      work.removePending(call);
      return;
    }
    int status = capture.receive(call, work, now);
    long first = call.attempts() == 0 ? now : call.first();
    long next = now + RetryRules.backoffMillis(call.attempts() + 1, jitter(call));
    if (!RetryRules.isRetryable(status) || next > first + RetryRules.WINDOW_MILLIS) {
      work.removePending(call);
    } else {
      work.putPending(call.again(now, next));
    }
  }

  private boolean isEnabled(PendingCall call) {
    return spaces.find(call.space()).map(SpaceDefinition::destinations).orElse(List.of()).stream()
        .anyMatch(each -> each.id().equals(call.destination()) && each.enabled());
  }

  /** Drawn from the call itself, so that a replay waits as long. */
  private static double jitter(PendingCall call) {
    int hash = (call.messageId() + call.attempts()).hashCode();
    return (hash & 0xFFFF) / (double) 0xFFFF;
  }

  @Override
  public void close() {
    worker.shutdown();
    try {
      // Not before the last look has ended: the store it works on is closed next.
      if (!worker.awaitTermination(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) {
        LOG.warn("Deliveries did not end within {} s", CLOSE_SECONDS_MAX);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
