package dev.traitflow.core.space;

import java.util.List;

/**
 * The topics, each named once, with the type it carries and how it is kept.
 *
 * <p>Keys that start with byte 0 are {@link dev.traitflow.core.profile.Marker}s.
 */
public final class Topics {
  /** {@link dev.traitflow.core.event.LogRecord}: one ordered log per space. */
  public static final String EVENTS = "events";

  /** {@link dev.traitflow.core.event.SkippedRecord}: what an operator lets the job pass over. */
  public static final String SKIPPED = "events.skipped";

  /** {@link dev.traitflow.core.profile.RejectedCall}. */
  public static final String REJECTED = "events.rejected";

  /** {@link dev.traitflow.core.profile.ResolvedEvent}, partitioned by profile. */
  public static final String PROFILE_EVENTS = "profiles.events";

  /** {@link dev.traitflow.core.profile.IdentityChange}. */
  public static final String IDENTIFIERS = "identifiers";

  /** {@link dev.traitflow.core.identity.Insight}. */
  public static final String INSIGHTS = "identity.insights";

  /** {@link dev.traitflow.core.profile.ProfileChange}, partitioned by profile. */
  public static final String PROFILE_CHANGES = "profiles.changes";

  /** {@link dev.traitflow.core.prediction.FeatureBlock}, partitioned by profile. */
  public static final String PROFILE_FEATURES = "profiles.features";

  /** References to model bundles. */
  public static final String MODELS = "models";

  /** Definitions of spaces as JSON. */
  public static final String SPACES = "spaces";

  /** Who reads for itself asks the owner of the clock for a beat; key: who asks. */
  public static final String BEATS = "beats";

  /**
   * How a topic is kept.
   *
   * @param name its name
   * @param compacted true if only the newest record of a key is kept; else records are kept for
   *     good or as long as the operator says
   * @param log true if it has as many partitions as there are lanes for spaces, else as many as
   *     there are profile partitions
   */
  public record Spec(String name, boolean compacted, boolean log) {}

  /** Every topic, to be created before anything is written. */
  public static final List<Spec> ALL =
      List.of(
          new Spec(EVENTS, false, true),
          new Spec(SKIPPED, true, false),
          new Spec(REJECTED, false, false),
          new Spec(PROFILE_EVENTS, true, false),
          new Spec(IDENTIFIERS, true, false),
          new Spec(INSIGHTS, false, false),
          new Spec(PROFILE_CHANGES, true, false),
          new Spec(PROFILE_FEATURES, true, false),
          new Spec(MODELS, true, false),
          new Spec(SPACES, true, false),
          new Spec(BEATS, true, false));

  private Topics() {}

  /**
   * The partition of a key (a space's id in the log, a profile's id elsewhere) among {@code
   * partitions}. Stable for good: a change of it would split histories.
   */
  public static int partition(String key, int partitions) {
    int hash = key.hashCode();
    hash ^= hash >>> 16;
    hash *= 0x85ebca6b;
    hash ^= hash >>> 13;
    return Math.floorMod(hash, partitions);
  }
}
