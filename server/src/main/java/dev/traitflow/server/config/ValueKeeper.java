package dev.traitflow.server.config;

import dev.traitflow.core.audience.AudienceDefinition;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.TraitWrite;
import dev.traitflow.core.profile.KeptValues;
import dev.traitflow.core.profile.TraitValue;
import dev.traitflow.core.profile.TraitValue.TraitClass;
import dev.traitflow.core.space.SpaceDefinition;
import dev.traitflow.core.trait.TraitDefinition;
import dev.traitflow.server.log.EventLog;
import dev.traitflow.server.log.PacedAppends;
import dev.traitflow.server.store.ProfileRepository;
import dev.traitflow.server.store.barrier.Barrier;
import dev.traitflow.server.store.barrier.FlushTimeoutException;
import dev.traitflow.server.store.barrier.PipelineFailedException;
import dev.traitflow.server.store.read.ProfileView;
import java.time.Duration;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has values stay whose trait or audience is about to be deleted or disabled: what readers see once
 * everything accepted so far is computed goes into the log before the jobs meet the change, profile
 * by profile. Events that arrive meanwhile no longer count.
 *
 * <p>Cost: a read of each profile of the space, and a record for each that has a value.
 */
public final class ValueKeeper implements SpaceRegistry.Preparation {
  private static final Logger LOG = LoggerFactory.getLogger(ValueKeeper.class);
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private final EventLog log;
  private final ProfileRepository repository;
  private final Barrier barrier;
  private final LongSupplier now;

  /**
   * Keeps what the repository's readers see.
   *
   * @param now the instant that values are kept as of, epoch milliseconds
   */
  public ValueKeeper(
      EventLog log, ProfileRepository repository, Barrier barrier, LongSupplier now) {
    this.log = log;
    this.repository = repository;
    this.barrier = barrier;
    this.now = now;
  }

  @Override
  public void prepare(SpaceDefinition before, SpaceDefinition after) {
    Set<String> kept = keys(after).collect(Collectors.toSet());
    Set<String> deleted =
        keys(before).filter(key -> !kept.contains(key)).collect(Collectors.toSet());
    Set<String> frozen =
        before.traits().stream()
            .filter(trait -> trait.enabled() && isFrozen(after, trait))
            .map(TraitDefinition::key)
            .collect(Collectors.toSet());
    if (deleted.isEmpty() && frozen.isEmpty()) {
      return;
    }
    String what = String.join(", ", Stream.concat(deleted.stream(), frozen.stream()).toList());
    flush(what);
    long written = write(before.id(), deleted, frozen);
    if (written > 0) {
      // The jobs meet all of it before the change, or readers would see a value go and come back.
      flush(what);
    }
    LOG.info("Space {}: {} values of {} stay", before.id(), written, what);
  }

  private static Stream<String> keys(SpaceDefinition space) {
    return Stream.concat(
        space.traits().stream().map(TraitDefinition::key),
        space.audiences().stream().map(AudienceDefinition::key));
  }

  private static boolean isFrozen(SpaceDefinition after, TraitDefinition before) {
    return after.traits().stream()
        .anyMatch(
            trait ->
                trait.key().equals(before.key())
                    && trait.version() == before.version()
                    && !trait.enabled());
  }

  private long write(String space, Set<String> deleted, Set<String> frozen) {
    long at = now.getAsLong();
    PacedAppends writes = new PacedAppends(log);
    try (ProfileView view = repository.view()) {
      view.profiles(
          space,
          profile -> {
            for (String key : deleted) {
              TraitValue value = view.trait(space, profile, key);
              if (value != null && isOfDefinition(value)) {
                add(writes, space, KeptValues.ofDeleted(profile, value, at));
              }
            }
            for (String key : frozen) {
              TraitValue value = view.trait(space, profile, key);
              if (value != null && isOfDefinition(value)) {
                add(writes, space, KeptValues.ofFrozen(profile, value, at));
              }
            }
            return true;
          });
    }
    return writes.await();
  }

  private static boolean isOfDefinition(TraitValue value) {
    return value.traitClass() == TraitClass.COMPUTED || value.traitClass() == TraitClass.AUDIENCE;
  }

  private static void add(PacedAppends writes, String space, TraitWrite write) {
    writes.add(LogRecord.write(space, write.timestamp(), write));
  }

  private void flush(String what) {
    try {
      barrier.flush(TIMEOUT);
    } catch (FlushTimeoutException | PipelineFailedException failure) {
      throw new UnpreparedChangeException(
          "The values of "
              + what
              + " cannot be kept now, so nothing was changed: "
              + failure.getMessage(),
          failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new UnpreparedChangeException(
          "The server is stopping; nothing was changed.", interrupted);
    }
  }
}
