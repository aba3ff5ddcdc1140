package dev.traitflow.server.api;

import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.access.AdminToken;
import dev.traitflow.server.access.HostGate;
import dev.traitflow.server.access.ServerNames;
import dev.traitflow.server.access.TokenAuthenticator;
import dev.traitflow.server.admin.AdminHandler;
import dev.traitflow.server.admin.ApplyFile;
import dev.traitflow.server.admin.FlushHandler;
import dev.traitflow.server.admin.HealthRoutes;
import dev.traitflow.server.config.Computations;
import dev.traitflow.server.config.InvalidDefinitionException;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.control.ControlArea;
import dev.traitflow.server.control.DebuggerHandler;
import dev.traitflow.server.control.SourcesHandler;
import dev.traitflow.server.control.predictions.PredictionsHandler;
import dev.traitflow.server.debugger.SourceDebugger;
import dev.traitflow.server.delivery.Deliveries;
import dev.traitflow.server.health.PipelineHealth;
import dev.traitflow.server.http.LongRequests;
import dev.traitflow.server.http.Route;
import dev.traitflow.server.http.RouteTable;
import dev.traitflow.server.http.Routes;
import dev.traitflow.server.log.EventLog;
import dev.traitflow.server.log.LogTail;
import dev.traitflow.server.log.SpaceClock;
import dev.traitflow.server.metrics.ServerMetrics;
import dev.traitflow.server.openapi.ApiDocument;
import dev.traitflow.server.predictions.ModelStates;
import dev.traitflow.server.predictions.PredictionControl;
import dev.traitflow.server.profileapi.BulkReads;
import dev.traitflow.server.profileapi.EventPages;
import dev.traitflow.server.profileapi.HistoryAnswers;
import dev.traitflow.server.profileapi.IdentifierDeletionHandler;
import dev.traitflow.server.profileapi.ProfileHandler;
import dev.traitflow.server.profileapi.ProfileRoutes;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.barrier.AwaitedWrites;
import dev.traitflow.server.store.barrier.Barrier;
import dev.traitflow.server.tracking.CallParser;
import dev.traitflow.server.tracking.Discards;
import dev.traitflow.server.tracking.Door;
import dev.traitflow.server.tracking.ReplayHandler;
import dev.traitflow.server.tracking.SettingsHandler;
import dev.traitflow.server.tracking.TrackingHandler;
import dev.traitflow.server.tracking.TrackingRoutes;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.xnio.Options;

/** The HTTP listener with all its routes. */
public final class HttpServer implements AutoCloseable {
  private static final int HEADERS_MAX = 100;

  /** Request line and headers together; a call in an address may take 44 kB. */
  private static final int HEADER_BYTES_MAX = 65_536;

  /** A chunk of a replayed file is the largest body there is; each route has its own limit. */
  private static final long BODY_BYTES_MAX = 65L << 20;

  private static final int HEADER_MILLIS_MAX = 10_000;
  private static final int IDLE_MILLIS_MAX = 75_000;

  private static final int CONNECTIONS_MAX = 20_000;

  /** Callers that wait for a flush, for a training, and those that read all histories. */
  private static final int FLUSHES_MAX = 32;

  private static final int TRAININGS_MAX = 8;
  private static final int LONG_READS_MAX = 8;

  /** Chunks of replayed files, each of up to 64 MB on the heap. */
  private static final int CHUNKS_MAX = 4;

  private final Undertow undertow;
  private final DebuggerHandler debugger;
  private final Threads threads;
  private final ApplyFile files;
  private final Routes routes;
  private final ServerMetrics metrics;

  /**
   * What the routes work on.
   *
   * @param spaces the definitions
   * @param log where calls go
   * @param clock what time it is
   * @param repository the profiles
   * @param barrier waits for calls to take effect
   * @param health whether the pipeline works
   * @param writes lets reads wait for a write
   * @param computations watches new traits being computed
   * @param deliveries tells destinations what changed
   * @param debugger the newest calls of each source
   * @param tail looks back into topics
   * @param parser reads the calls of a replay
   * @param predictions trains and explains predictions
   * @param models how predictions stand
   * @param adminToken who may use the admin routes
   * @param names under what names callers reach the server
   * @param replica true if everything that changes something is refused
   */
  public record Parts(
      SpaceRegistry spaces,
      EventLog log,
      SpaceClock clock,
      ProfileRepository repository,
      Barrier barrier,
      PipelineHealth health,
      AwaitedWrites writes,
      Computations computations,
      Deliveries deliveries,
      SourceDebugger debugger,
      LogTail tail,
      CallParser parser,
      PredictionControl predictions,
      ModelStates models,
      AdminToken adminToken,
      ServerNames names,
      boolean replica) {}

  private HttpServer(
      Undertow undertow,
      DebuggerHandler debugger,
      Threads threads,
      ApplyFile files,
      Routes routes,
      ServerMetrics metrics) {
    this.metrics = metrics;
    this.routes = routes;
    this.undertow = undertow;
    this.debugger = debugger;
    this.threads = threads;
    this.files = files;
  }

  /** Where requests that take long are served. */
  private record Threads(
      LongRequests flushes, LongRequests trainings, LongRequests reads, LongRequests chunks) {
    Threads() {
      this(
          new LongRequests("flushes", FLUSHES_MAX),
          new LongRequests("trainings", TRAININGS_MAX),
          new LongRequests("long reads", LONG_READS_MAX),
          new LongRequests("chunks of replays", CHUNKS_MAX));
    }

    void close() {
      flushes.close();
      trainings.close();
      reads.close();
      chunks.close();
    }
  }

  /**
   * Starts to listen.
   *
   * @param host the address to bind
   * @param port the port; 0 takes a free one
   */
  public static HttpServer start(String host, int port, Parts parts) {
    DebuggerHandler debugger = new DebuggerHandler(parts.spaces, parts.debugger);
    Threads threads = new Threads();
    PredictionsHandler predictions =
        new PredictionsHandler(
            parts.spaces, parts.log, parts.repository, parts.predictions, parts.models);
    ApplyFile files = new ApplyFile(parts.spaces, predictions::forgetGone);
    Discards discards = new Discards(parts.log, parts.clock::now);
    ServerMetrics metrics =
        new ServerMetrics(
            parts.spaces,
            parts.repository,
            parts.tail,
            parts.clock,
            parts.health,
            discards::counts);
    Routes routes =
        routes(host, parts, new Works(debugger, threads, predictions, files, discards, metrics));
    Undertow undertow =
        Undertow.builder()
            .addHttpListener(port, host)
            .setServerOption(UndertowOptions.DECODE_URL, false)
            .setServerOption(UndertowOptions.ALLOW_UNESCAPED_CHARACTERS_IN_URL, true)
            .setServerOption(UndertowOptions.MAX_PARAMETERS, 1_000)
            .setServerOption(UndertowOptions.MAX_HEADERS, HEADERS_MAX)
            .setServerOption(UndertowOptions.MAX_COOKIES, HEADERS_MAX)
            .setServerOption(UndertowOptions.MAX_HEADER_SIZE, HEADER_BYTES_MAX)
            .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, BODY_BYTES_MAX)
            .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, HEADER_MILLIS_MAX)
            .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_MILLIS_MAX)
            .setWorkerOption(Options.CONNECTION_HIGH_WATER, CONNECTIONS_MAX)
            .setWorkerOption(Options.CONNECTION_LOW_WATER, CONNECTIONS_MAX)
            .setHandler(routes)
            .build();
    undertow.start();
    return new HttpServer(undertow, debugger, threads, files, routes, metrics);
  }

  /**
   * Applies a space file, as {@code POST /admin/spaces} does.
   *
   * @return the space as it is now
   * @throws InvalidDefinitionException if the space cannot be that; nothing has changed then
   */
  public SpaceDefinition apply(SpaceDefinition file) throws InvalidDefinitionException {
    return files.apply(file, false);
  }

  /** Every route that is served. */
  List<Route> routes() {
    return routes.all();
  }

  /** The port it listens on. */
  public int port() {
    return ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
  }

  @Override
  public void close() {
    debugger.close();
    threads.close();
    undertow.stop();
    metrics.close();
  }

  /** What routes share with the life of the server. */
  private record Works(
      DebuggerHandler debugger,
      Threads threads,
      PredictionsHandler predictions,
      ApplyFile files,
      Discards discards,
      ServerMetrics metrics) {}

  private static Routes routes(String host, Parts parts, Works works) {
    HealthRoutes health = new HealthRoutes(parts.health);
    Discards discards = works.discards;
    Threads threads = works.threads;
    TokenAuthenticator authenticator = new TokenAuthenticator(parts.spaces, parts.adminToken);
    FlushHandler flush =
        new FlushHandler(parts.barrier, parts.clock, parts.deliveries, parts.predictions);
    TrackingRoutes tracking =
        new TrackingRoutes(
            new TrackingHandler(parts.log, parts.clock, discards, new Door(parts.spaces, discards)),
            new SettingsHandler(parts.spaces, parts.names.publicUrl()));
    ReplayHandler replay =
        new ReplayHandler(
            parts.spaces, parts.log, parts.clock, parts.parser, parts.tail, authenticator);
    ProfileRoutes profiles = profiles(parts);
    AdminHandler admin =
        new AdminHandler(
            parts.spaces,
            parts.log,
            parts.clock,
            parts.repository,
            parts.predictions,
            works.files,
            parts.tail,
            discards,
            health);
    List<Route> all = new ArrayList<>(tracking.routes());
    all.addAll(replay.routes(threads.chunks, threads.flushes, flush::handle));
    all.addAll(profiles.routes());
    all.addAll(
        ControlRoutes.of(
            parts,
            admin,
            flush,
            works.predictions,
            new SourcesHandler(parts.spaces, discards),
            works.debugger,
            new ControlRoutes.Lanes(threads.flushes, threads.trainings, threads.reads)));
    all.addAll(health.routes());
    all.add(works.metrics.route());
    all.add(new ApiDocument(all).route());
    return new Routes(
        new HostGate(host, parts.names)::check,
        new RouteTable(all),
        List.of(replay, profiles, tracking, new ControlArea(), health),
        authenticator,
        works.metrics::observer,
        parts.replica);
  }

  private static ProfileRoutes profiles(Parts parts) {
    return new ProfileRoutes(
        parts.repository,
        parts.log,
        parts.clock,
        parts.writes,
        new ProfileHandler(
            parts.repository,
            new EventPages(parts.repository, parts.clock),
            new HistoryAnswers(
                parts.spaces, parts.repository, parts.clock, parts.predictions::explain)),
        new BulkReads(parts.repository),
        new IdentifierDeletionHandler(parts.log, parts.repository));
  }
}
