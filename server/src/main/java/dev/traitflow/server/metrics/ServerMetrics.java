package dev.traitflow.server.metrics;

import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.health.JobHealth;
import dev.traitflow.server.health.PipelineHealth;
import dev.traitflow.server.http.Access;
import dev.traitflow.server.http.Route;
import dev.traitflow.server.http.Routes;
import dev.traitflow.server.log.LogTail;
import dev.traitflow.server.log.SpaceClock;
import dev.traitflow.server.store.ProfileRepository;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.undertow.util.Headers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The metrics of a server: its requests by route and status, what became of calls, how far the jobs
 * and the store are behind, the state of the jobs, and the JVM. What the pipeline counts is read
 * when somebody scrapes, and costs nothing otherwise.
 */
public final class ServerMetrics implements AutoCloseable {
  private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";
  private static final double MILLIS = 1_000;

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final Map<MultiGauge, Supplier<List<Row<?>>>> gauges = new LinkedHashMap<>();

  /**
   * Metrics of these parts.
   *
   * @param discarded counts of requests refused before they had a place in the log, by code or by
   *     {@code CODE/SPACE}
   */
  public ServerMetrics(
      SpaceRegistry spaces,
      ProfileRepository repository,
      LogTail tail,
      SpaceClock clock,
      PipelineHealth health,
      Supplier<Map<String, Long>> discarded) {
    gauge(
        "traitflow.calls",
        "Calls the jobs have decided, by outcome, since the log began",
        () -> calls(repository.counts()));
    gauge(
        "traitflow.discarded.requests",
        "Requests refused before they had a place in the log, since the start",
        () -> discarded(discarded.get()));
    gauge(
        "traitflow.store.lag.seconds",
        "How long ago the instant is that values are right at",
        () -> storeLag(spaces, repository, clock));
    gauge(
        "traitflow.log.lag.records",
        "Records of the log the jobs have not come to",
        () -> logLag(spaces, repository, tail));
    gauge("traitflow.ready", "1 while the pipeline works", () -> ready(health));
    gauge("traitflow.job.running", "1 while a job runs and does not fail", () -> running(health));
    gauge("traitflow.job.restarts", "Restarts of a job since its start", () -> restarts(health));
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

  /** Times the requests of a route. */
  public Routes.Observer observer(Route route) {
    return new RequestTimer(registry, route.method().toString(), route.address().template());
  }

  /** {@code GET /metrics}, for the operator: routes and spaces are nobody else's business. */
  public Route route() {
    return Route.get(
            "/metrics",
            "The metrics, as Prometheus reads them",
            Access.OPERATOR,
            request -> {
              request.exchange().getResponseHeaders().put(Headers.CONTENT_TYPE, TYPE);
              request.exchange().getResponseSender().send(scrape(), StandardCharsets.UTF_8);
            })
        .answers("text/plain");
  }

  /** One scraper at a time: gauges are brought up to date and read. */
  private synchronized String scrape() {
    gauges.forEach((gauge, rows) -> gauge.register(rows.get(), true));
    return registry.scrape();
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }

  private void gauge(String name, String description, Supplier<List<Row<?>>> rows) {
    gauges.put(MultiGauge.builder(name).description(description).register(registry), rows);
  }

  /** Sums {@code OUTCOME/SPACE/ORIGIN} and {@code rejected.CODE/SPACE/ORIGIN} over the origins. */
  private static List<Row<?>> calls(Map<String, Long> counts) {
    Map<Tags, Long> sums = new LinkedHashMap<>();
    new TreeMap<>(counts)
        .forEach(
            (name, count) -> {
              String[] parts = name.split("/", 3);
              String[] outcome = parts[0].split("\\.", 2);
              boolean isCall =
                  parts.length > 1
                      && List.of("accepted", "duplicate", "rejected", "refused")
                          .contains(outcome[0]);
              if (isCall) {
                Tags tags =
                    Tags.of(
                        "outcome", outcome[0],
                        "reason", outcome.length > 1 ? outcome[1] : "",
                        "space", parts[1]);
                sums.merge(tags, count, Long::sum);
              }
            });
    return rows(sums);
  }

  private static List<Row<?>> discarded(Map<String, Long> counts) {
    Map<Tags, Long> sums = new LinkedHashMap<>();
    counts.forEach(
        (name, count) -> {
          String[] parts = name.split("/", 2);
          sums.merge(
              Tags.of("code", parts[0], "space", parts.length > 1 ? parts[1] : ""),
              count,
              Long::sum);
        });
    return rows(sums);
  }

  private static List<Row<?>> storeLag(
      SpaceRegistry spaces, ProfileRepository repository, SpaceClock clock) {
    List<Row<?>> rows = new ArrayList<>();
    for (SpaceDefinition space : spaces.all()) {
      OptionalLong asOf = repository.asOf(space.id());
      if (asOf.isPresent()) {
        double behind = Math.max(0, clock.now() - asOf.getAsLong()) / MILLIS;
        rows.add(Row.of(Tags.of("space", space.id()), behind));
      }
    }
    return rows;
  }

  private static List<Row<?>> logLag(
      SpaceRegistry spaces, ProfileRepository repository, LogTail tail) {
    Map<Tags, Long> lags = new LinkedHashMap<>();
    for (SpaceDefinition space : spaces.all()) {
      int lane = tail.lane(space.id());
      Tags tags = Tags.of("lane", Integer.toString(lane));
      if (!lags.containsKey(tags)) {
        lags.put(
            tags, Math.max(0, tail.range(lane).end() - 1 - repository.progress().passed(lane)));
      }
    }
    return rows(lags);
  }

  private static List<Row<?>> ready(PipelineHealth health) {
    return List.of(Row.of(Tags.empty(), health.isReady() ? 1 : 0));
  }

  private static List<Row<?>> running(PipelineHealth health) {
    List<Row<?>> rows = new ArrayList<>();
    for (JobHealth job : health.jobs()) {
      boolean runs = job.state().equals("RUNNING") && !job.isFailing();
      rows.add(Row.of(Tags.of("job", job.name()), runs ? 1 : 0));
    }
    return rows;
  }

  private static List<Row<?>> restarts(PipelineHealth health) {
    List<Row<?>> rows = new ArrayList<>();
    for (JobHealth job : health.jobs()) {
      rows.add(Row.of(Tags.of("job", job.name()), job.restarts()));
    }
    return rows;
  }

  private static List<Row<?>> rows(Map<Tags, Long> values) {
    List<Row<?>> rows = new ArrayList<>();
    values.forEach((tags, value) -> rows.add(Row.of(tags, value)));
    return rows;
  }
}
