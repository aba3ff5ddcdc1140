package dev.traitflow.server;

import dev.traitflow.core.event.EventParser;
import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.server.access.AdminToken;
import dev.traitflow.server.api.HttpServer;
import dev.traitflow.server.config.Computations;
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
import dev.traitflow.server.predictions.PredictionControl;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.apply.TopicFollower;
import dev.traitflow.server.store.barrier.AwaitedWrites;
import dev.traitflow.server.store.barrier.Barrier;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a server works on before anybody can reach it: log, clock, definitions and store.
 *
 * <p>It stands before HTTP does, so that whoever trains and scores is made from these parts and
 * given to {@link TraitflowServer} as a finished object: no request meets a half of it.
 *
 * <p>The parts start in the order in which they need each other and stop in the reverse one.
 */
public final class Backbone implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Backbone.class);

  private final ServerConfig config;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final TopicLayout layout;
  private final TopicTail tail;
  private final SpaceClock clock;
  private final EventLog log;
  private final SpaceRegistry spaces;
  private final ProfileRepository repository;
  private final Computations computations;
  private final Deliveries deliveries;
  private final ModelsTopic models;
  private final EventParser parser = new EventParser();
  private final SourceDebugger debugger = new SourceDebugger(parser);
  private final PipelineHealth health;
  private final Barrier barrier;
  private final AwaitedWrites writes;

  private Backbone(ServerConfig config) throws IOException, InterruptedException {
    this.config = config;
    try {
      PrivateFiles.createDirectories(config.dataDir());
      KafkaConnection kafka = config.kafka();
      layout = TopicSetup.create(kafka, config.logPartitions(), config.profilePartitions());
      tail = new TopicTail(kafka, layout);
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
      long lastFlush = Math.max(repository.progress().newestFlush(), System.currentTimeMillis());
      log =
          replica
              ? new ReplicaLog(kafka, layout)
              : KafkaEventLog.open(kafka, layout, clock, lastFlush, repository.progress()::due);
      parts.push(log);
      spaces = SpaceRegistry.open(kafka, layout, log, clock);
      spaces.onChange(repository::show);
      spaces.onChange(all -> repository.mark(replica ? List.of() : all));
      writes = new AwaitedWrites(repository.progress(), layout, log::beat);
      TopicFollower follower =
          repository.follow(
              kafka,
              layout,
              replica ? Map.of(Topics.SPACES, spaces::refresh) : Map.of(Topics.BEATS, writes::ask));
      parts.push(follower);
      computations =
          replica ? Computations.idle(spaces, repository) : Computations.start(spaces, repository);
      parts.push(computations);
      deliveries =
          replica
              ? Deliveries.idle(spaces, repository, clock)
              : Deliveries.start(spaces, repository, clock);
      parts.push(deliveries);
      ModelStates states = new ModelStates();
      parts.push(ModelsFollower.start(kafka, layout, states));
      models = new ModelsTopic(kafka, layout, states);
      parts.push(LogFollower.start(kafka, layout, debugger));
      health =
          new PipelineHealth(config.jobs(), repository.progress()::isComplete, follower::failure);
      barrier =
          new Barrier(log, clock, repository.progress(), health, layout, computations::settle);
      spaces.prepareBy(new ValueKeeper(log, repository, barrier, clock::controlNow));
      parts.push(barrier);
      parts.push(writes);
    } catch (IOException | InterruptedException | RuntimeException failure) {
      close();
      throw failure;
    }
  }

  /**
   * Opens the parts.
   *
   * @throws IOException if the data directory cannot be used
   * @throws IllegalStateException if topics or clock do not fit what is asked for
   */
  public static Backbone open(ServerConfig config) throws IOException, InterruptedException {
    return new Backbone(config);
  }

  /** How it was asked to be. */
  public ServerConfig config() {
    return config;
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

  /** Listens, with routes that work on these parts. */
  HttpServer listen(PredictionControl predictions) throws IOException {
    return HttpServer.start(
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
            predictions,
            models.states(),
            AdminToken.open(config.dataDir(), System.getenv(AdminToken.VARIABLE)),
            config.names(),
            config.replica()));
  }

  /** Sends away who waits here: HTTP waits for its requests when it ends. Harmless twice. */
  void release() {
    writes.close();
    barrier.close();
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
