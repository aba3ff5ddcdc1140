package dev.traitflow.server.metrics;

import dev.traitflow.server.http.Routes;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Counts and times the requests of one route, by status. A meter is made when a status is first
 * answered; after that a request costs one array look-up and the timer.
 */
final class RequestTimer implements Routes.Observer {
  private static final int STATUSES = 600;

  /** Of the Profile API a quarter of a hundredth of a second is wanted, of a flush some seconds. */
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(2),
    Duration.ofSeconds(10)
  };

  private final MeterRegistry registry;
  private final String method;
  private final String template;
  private final AtomicReferenceArray<Timer> timers = new AtomicReferenceArray<>(STATUSES);

  RequestTimer(MeterRegistry registry, String method, String template) {
    this.registry = registry;
    this.method = method;
    this.template = template;
  }

  @Override
  public void answered(int status, long nanos) {
    int place = Math.min(Math.max(status, 0), STATUSES - 1);
    Timer timer = timers.get(place);
    if (timer == null) {
      timer = timer(place);
      timers.set(place, timer);
    }
    timer.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** The registry gives the same timer to whoever asks first and second. */
  private Timer timer(int status) {
    return Timer.builder("traitflow.http.requests")
        .description("Answered requests by route and status")
        .tag("method", method)
        .tag("route", template)
        .tag("status", Integer.toString(status))
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }
}
