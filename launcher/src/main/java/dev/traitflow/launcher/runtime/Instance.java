package dev.traitflow.launcher.runtime;

import dev.traitflow.core.space.KafkaConnection;
import dev.traitflow.server.ServerConfig;
import dev.traitflow.server.log.TopicLayout;
import dev.traitflow.server.log.TopicSetup;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.flink.api.common.JobID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole Traitflow in this JVM: broker, topics, Flink with its jobs, and the server, on one data
 * directory.
 *
 * <p>What is started later is stopped earlier, so that nothing loses what it writes to: the server
 * first (what it has accepted is in the log), then the jobs with a last checkpoint, then the
 * broker, and the lock on the directory at the very end.
 */
public final class Instance implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Instance.class);

  /** Slots for the profile job and the scoring job at parallelism 2, and four for training. */
  private static final int SLOTS = 8;

  private final Settings settings;

  /** What has been started and not yet been stopped, the newest first; also the monitor. */
  private final Deque<Step> started = new ArrayDeque<>();

  private final CountDownLatch ended = new CountDownLatch(1);
  private boolean closing;
  private Parts.@Nullable Server server;

  private Instance(Settings settings) {
    this.settings = settings;
  }

  /** What makes {@code now}: the machine's clock, or the newest event. */
  public enum Clock {
    /** The greatest timestamp of an accepted event. */
    EVENT,
    /** The clock of the machine. */
    WALL
  }

  /**
   * How to start.
   *
   * @param command who asks, for the message others get while the directory is held
   * @param data the data directory; made if it is missing
   * @param port of the server, 0 to pick one
   * @param spaces definitions to apply at the start; may be empty if the directory has some
   * @param clock empty to go on with what the directory says, or the machine's clock in a new one
   * @param testMode whether time stands still until it is moved over HTTP
   * @param publicUrl where browsers reach the server, empty to take the environment's
   */
  public record Settings(
      String command,
      Path data,
      int port,
      List<Path> spaces,
      Optional<Clock> clock,
      boolean testMode,
      Optional<URI> publicUrl) {
    /** Copies the list. */
    public Settings {
      spaces = List.copyOf(spaces);
      data = data.toAbsolutePath().normalize();
    }

    /** Without a public address of its own. */
    public Settings(
        String command,
        Path data,
        int port,
        List<Path> spaces,
        Optional<Clock> clock,
        boolean testMode) {
      this(command, data, port, spaces, clock, testMode, Optional.empty());
    }
  }

  /**
   * What jobs and server are started with.
   *
   * @param settings how this instance was asked to start
   * @param kafka the broker, whose topics exist
   * @param flink the cluster
   * @param layout how many partitions the topics have
   */
  public record Context(
      Settings settings, KafkaConnection kafka, EmbeddedFlink flink, TopicLayout layout) {}

  /** Something that was started, and how it is stopped. */
  private record Step(String name, Runnable stop) {}

  /**
   * Starts everything and returns when it serves. Takes some ten seconds. What was started is
   * stopped again if a later part fails.
   *
   * @throws Failure if another process holds the directory, or a part does not start
   */
  public static Instance start(Settings settings, Parts parts) {
    Instance instance = new Instance(settings);
    try {
      instance.startAll(parts);
      return instance;
    } catch (RuntimeException e) {
      instance.close();
      throw e;
    }
  }

  private void startAll(Parts parts) {
    Path data = settings.data();
    ServerPort.requireFree(ServerConfig.LOOPBACK, settings.port(), data);
    DataLock lock = DataLock.acquire(data, settings.command());
    started("lock", lock::close);
    DataLocation.keep(data);
    CompletableFuture<EmbeddedBroker> startingBroker =
        inBackground("broker", () -> EmbeddedBroker.start(data.resolve("kafka")));
    started("broker", () -> stopOnceStarted(startingBroker, EmbeddedBroker::close));
    CompletableFuture<EmbeddedFlink> startingFlink =
        inBackground("flink", () -> EmbeddedFlink.start(data, SLOTS));
    started("Flink", () -> stopOnceStarted(startingFlink, EmbeddedFlink::close));

    EmbeddedBroker broker = join(startingBroker);
    TopicLayout layout = createTopics(broker.connection());
    EmbeddedFlink flink = join(startingFlink);
    Context context = new Context(settings, broker.connection(), flink, layout);
    List<JobID> jobs = parts.startJobs(context);
    Parts.Server serving = parts.startServer(context);
    started("server", serving::close);
    jobs.forEach(flink::awaitRunning);

    InstanceFile file =
        new InstanceFile(
            ProcessHandle.current().pid(),
            serving.url().toString(),
            broker.connection().bootstrap(),
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    file.write(data);
    started("instance file", () -> InstanceFile.delete(data));
    server = serving;
  }

  /** Base address of the server. */
  public URI url() {
    return server().url();
  }

  /** A source; see {@link Parts.Server#source}. */
  public Parts.Source source(Optional<String> slug) {
    return server().source(slug);
  }

  /**
   * Makes SIGTERM and SIGINT end this instance cleanly and the process with {@code exitCode}.
   * Signals that follow change nothing, for the JVM is already ending.
   */
  public void closeOnSignal(int exitCode) {
    Thread hook =
        new Thread(
            () -> {
              if (end()) {
                // The JVM itself would answer 143 even where to end was all that was wanted.
                Runtime.getRuntime().halt(exitCode);
              }
            },
            "end-instance");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Waits until {@link #close} has ended everything. */
  public void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /** Stops everything within 30 seconds. A second call does nothing. */
  @Override
  public void close() {
    end();
  }

  /** Stops everything; true if it was this call that did. */
  private boolean end() {
    List<Step> steps;
    synchronized (started) {
      if (closing) {
        return false;
      }
      closing = true;
      steps = List.copyOf(started);
    }
    steps.forEach(Instance::stop);
    ended.countDown();
    return true;
  }

  private static TopicLayout createTopics(KafkaConnection kafka) {
    try {
      return TopicSetup.create(kafka, ServerConfig.LOG_PARTITIONS, ServerConfig.PROFILE_PARTITIONS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("topics: interrupted while they were created", e);
    } catch (IllegalStateException e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
  }

  /** Remembers how to stop what was started; if the end has already come, stops it at once. */
  private void started(String name, Runnable stop) {
    Step step = new Step(name, stop);
    synchronized (started) {
      if (!closing) {
        started.push(step);
        return;
      }
    }
    stop(step);
    throw new Failure("start: interrupted by the end of the process");
  }

  /** One part that does not stop must not keep the others from stopping. */
  private static void stop(Step step) {
    try {
      step.stop().run();
    } catch (RuntimeException e) {
      LOG.warn("{} did not stop cleanly", step.name(), e);
    }
  }

  /** Broker and cluster start side by side: each mostly waits for itself. */
  private static <T> CompletableFuture<T> inBackground(String name, Supplier<T> start) {
    return CompletableFuture.supplyAsync(
        start, command -> new Thread(command, "start-" + name).start());
  }

  /** Waits for what is still starting, then stops it; what failed to start is stopped already. */
  private static <T> void stopOnceStarted(CompletableFuture<T> starting, Consumer<T> stop) {
    T part = starting.exceptionally(failure -> null).join();
    if (part != null) {
      stop.accept(part);
    }
  }

  private static <T> T join(CompletableFuture<T> starting) {
    try {
      return starting.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof Failure failure ? failure : e;
    }
  }

  private Parts.Server server() {
    return Objects.requireNonNull(server, "instance has not started");
  }
}
