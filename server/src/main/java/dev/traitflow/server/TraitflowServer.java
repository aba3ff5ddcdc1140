package dev.traitflow.server;

import dev.traitflow.core.event.EventParser;
import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.server.access.AdminToken;
import dev.traitflow.server.api.HttpServer;
import dev.traitflow.server.config.Computations;
import dev.traitflow.server.config.InvalidDefinitionException;
import dev.traitflow.server.config.SpaceRegistry;
import dev.traitflow.server.config.ValueKeeper;
import dev.traitflow.server.debugger.LogFollower;
import dev.traitflow.server.debugger.SourceDebugger;
import dev.traitflow.server.delivery.Deliveries;
import dev.traitflow.server.files.PrivateFiles;
import dev.traitflow.server.health.PipelineHealth;
import dev.traitflow.server.log.EventLog;
import dev.traitflow.server.log.KafkaEventLog;
import dev.traitflow.server.log.ReplicaLog;
import dev.traitflow.server.log.SpaceClock;
import dev.traitflow.server.log.TopicLayout;
import dev.traitflow.server.log.TopicSetup;
import dev.traitflow.server.log.TopicTail;
import dev.traitflow.server.predictions.ModelStates;
import dev.traitflow.server.predictions.ModelsFollower;
import dev.traitflow.server.predictions.ModelsTopic;
import dev.traitflow.server.store.AwaitedWrites;
import dev.traitflow.server.store.Barrier;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.TopicFollower;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server: log, definitions, store and HTTP.
 *
 * <p>It starts in the order in which the parts need each other and stops in the reverse one, HTTP
 * first, so that nothing is accepted that could not be kept.
 */
public final class TraitflowServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TraitflowServer.class);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final TopicLayout layout;
  private final SpaceClock clock;
  private final EventLog log;
  private final SpaceRegistry spaces;
  private final ProfileRepository repository;
  private final Barrier barrier;
  private final ModelsTopic models;
  private final HttpServer http;

  private TraitflowServer(ServerConfig config) throws IOException, InterruptedException {
    try {
      PrivateFiles.createDirectories(config.dataDir());
      KafkaConnection kafka = config.kafka();
      layout = TopicSetup.create(kafka, config.logPartitions(), config.profilePartitions());
      TopicTail tail = new TopicTail(kafka, layout);
      clock =
          SpaceClock.open(
              config.dataDir(),
              config.requestedClock(),
              tail.newestAt(),
              System::currentTimeMillis);
      parts.push(clock::save);
      repository = ProfileRepository.open(config.dataDir());
      parts.push(repository);
      boolean replica = config.replica();
      long lastFlush = Math.max(repository.newestFlush(), System.currentTimeMillis());
      log =
          replica
              ? new ReplicaLog(kafka, layout)
              : KafkaEventLog.open(kafka, layout, clock, lastFlush, repository::due);
      parts.push(log);
      spaces = SpaceRegistry.open(kafka, layout, log, clock);
      spaces.onChange(repository::show);
      spaces.onChange(all -> repository.mark(replica ? List.of() : all));
      AwaitedWrites writes = new AwaitedWrites(repository, layout, log::beat);
      TopicFollower follower =
          TopicFollower.start(
              kafka,
              layout,
              repository,
              replica ? Map.of(Topics.SPACES, spaces::refresh) : Map.of(Topics.BEATS, writes::ask));
      parts.push(follower);
      Computations computations =
          replica ? Computations.idle(spaces, repository) : Computations.start(spaces, repository);
      parts.push(computations);
      Deliveries deliveries =
          replica
              ? Deliveries.idle(spaces, repository, clock)
              : Deliveries.start(spaces, repository, clock);
      parts.push(deliveries);
      ModelStates states = new ModelStates();
      parts.push(ModelsFollower.start(kafka, layout, states));
      models = new ModelsTopic(kafka, layout, states);
      EventParser parser = new EventParser();
      SourceDebugger debugger = new SourceDebugger(parser);
      parts.push(LogFollower.start(kafka, layout, debugger));
      PipelineHealth health =
          new PipelineHealth(config.jobs(), repository::isComplete, follower::failure);
      barrier = new Barrier(log, clock, repository, health, layout, computations::settle);
      spaces.prepareBy(new ValueKeeper(log, repository, barrier, clock::controlNow));
      http =
          HttpServer.start(
              config.bindHost(),
              config.port(),
              new HttpServer.Parts(
                  spaces,
                  log,
                  clock,
                  repository,
                  barrier,
                  health,
                  writes,
                  computations,
                  deliveries,
                  debugger,
                  tail,
                  parser::parse,
                  config.predictions(),
                  states,
                  AdminToken.open(config.dataDir(), System.getenv(AdminToken.VARIABLE)),
                  config.names(),
                  replica));
      parts.push(http);
      parts.push(barrier);
      // Before HTTP: it waits for requests, and requests may wait here.
      parts.push(writes);
    } catch (IOException | InterruptedException | RuntimeException failure) {
      close();
      throw failure;
    }
  }

  /**
   * Starts a server.
   *
   * @throws IOException if the data directory cannot be used
   * @throws IllegalStateException if topics or clock do not fit what is asked for
   */
  public static TraitflowServer start(ServerConfig config)
      throws IOException, InterruptedException {
    return new TraitflowServer(config);
  }

  /**
   * Applies a space file, as the control API does; a start does so with the files it is given.
   *
   * @return the space as it is now
   * @throws InvalidDefinitionException if the space cannot be that; nothing has changed then
   */
  public SpaceDefinition apply(SpaceDefinition file) throws InvalidDefinitionException {
    return http.apply(file);
  }

  /** The port HTTP listens on. */
  public int port() {
    return http.port();
  }

  /** How many partitions the topics have. */
  public TopicLayout layout() {
    return layout;
  }

  /** Where calls go. */
  public EventLog log() {
    return log;
  }

  /** The definitions. */
  public SpaceRegistry spaces() {
    return spaces;
  }

  /** The profiles. */
  public ProfileRepository repository() {
    return repository;
  }

  /** Waits for calls to take effect. */
  public Barrier barrier() {
    return barrier;
  }

  /** How predictions stand. */
  public ModelsTopic models() {
    return models;
  }

  /** What time it is. */
  public SpaceClock clock() {
    return clock;
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception failure) {
        // An edge: the other parts are closed all the same.
        LOG.warn("A part of the server did not close cleanly", failure);
      }
    }
  }
}
