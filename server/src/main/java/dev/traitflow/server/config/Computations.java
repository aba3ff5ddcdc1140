package dev.traitflow.server.config;

import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.server.schedule.PlannedLook;
import dev.traitflow.server.store.ProfileRepository;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches staged traits being computed, and has readers see them once every profile has its value:
 * the jobs say in their markers which definition they have brought every profile to.
 */
public final class Computations implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Computations.class);
  private static final long PERIOD_MILLIS = 200;
  private static final long STOP_SECONDS = 10;

  private final SpaceRegistry spaces;
  private final ProfileRepository repository;
  private final Map<String, Started> started = new ConcurrentHashMap<>();
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "traitflow-computations");
            thread.setDaemon(true);
            return thread;
          });
  private final PlannedLook looks = new PlannedLook(watch, PERIOD_MILLIS, this::look);

  private record Started(long offset, long nanos) {}

  /**
   * How far the staged traits of a space are.
   *
   * @param done profiles that have their values
   * @param total profiles there are
   * @param secondsLeft estimate from the pace so far, -1 before there is one
   */
  public record Progress(long done, long total, long secondsLeft) {}

  private Computations(SpaceRegistry spaces, ProfileRepository repository, boolean watching) {
    this.spaces = spaces;
    this.repository = repository;
    if (watching) {
      spaces.onChange(unusedBecauseTheNewestCount -> looks.plan());
    }
  }

  /** Begins to watch. */
  public static Computations start(SpaceRegistry spaces, ProfileRepository repository) {
    return new Computations(spaces, repository, true);
  }

  /** Tells of progress only: another server has readers see what is complete. */
  public static Computations idle(SpaceRegistry spaces, ProfileRepository repository) {
    return new Computations(spaces, repository, false);
  }

  /**
   * Has readers see what is complete.
   *
   * @return how often that happened so far, here or by the watch
   */
  public long settle() {
    for (SpaceDefinition space : spaces.all()) {
      long offset = spaces.offset(space.id());
      if (!space.staged().isEmpty() && repository.defined(space.id()) >= offset) {
        spaces.promote(space.id(), offset);
      }
    }
    return spaces.promotions();
  }

  /** How far the staged traits of a space are. */
  public Progress progress(String space) {
    Map<String, Long> counts = repository.counts();
    long total =
        Math.max(
            0,
            counts.getOrDefault("profiles/" + space, 0L)
                - counts.getOrDefault("merges/" + space, 0L));
    long done = Math.min(total, repository.swept(space));
    long offset = spaces.offset(space);
    Started begun =
        started.compute(
            space,
            (id, known) ->
                known != null && known.offset == offset
                    ? known
                    : new Started(offset, System.nanoTime()));
    double seconds = (System.nanoTime() - begun.nanos) / 1e9;
    return new Progress(
        done, total, done == 0 ? -1 : (long) Math.ceil(seconds / done * (total - done)));
  }

  /** Makes live what is computed, and looks again while anything is not. */
  private void look() {
    if (spaces.all().stream().anyMatch(space -> !space.staged().isEmpty())) {
      looks.plan();
    }
    try {
      settle();
    } catch (RuntimeException failure) {
      // An edge: the watch goes on, and what is staged stays staged until it succeeds.
      LOG.warn("Computed traits could not be made live; trying again", failure);
    }
  }

  @Override
  public void close() {
    watch.shutdownNow();
    try {
      // It reads the store, which must not be closed under it.
      if (!watch.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("The watch over computed traits did not end within {} s", STOP_SECONDS);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
