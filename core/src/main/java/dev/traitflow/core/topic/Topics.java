package dev.traitflow.core.topic;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The topics, each named once, with the type it carries, how it is kept, and how large its records
 * are at most.
 *
 * <p>Keys that start with byte 0 are {@link dev.traitflow.core.topic.Marker}s.
 */
public final class Topics {
  /** One ordered log per space. */
  public static final String EVENTS = "events";

  /** What an operator lets the job pass over. */
  public static final String SKIPPED = "events.skipped";

  /** What was refused, and why. */
  public static final String REJECTED = "events.rejected";

  /** Each accepted event once, partitioned by profile. */
  public static final String PROFILE_EVENTS = "profiles.events";

  /** Which identifier is whose, and which profile became which. */
  public static final String IDENTIFIERS = "identifiers";

  /** Why identity was decided as it was. */
  public static final String INSIGHTS = "identity.insights";

  /** Values of traits, partitioned by profile. */
  public static final String PROFILE_CHANGES = "profiles.changes";

  /** What models look at, partitioned by profile. */
  public static final String PROFILE_FEATURES = "profiles.features";

  /** How each prediction stands, with the reference to its bundle. */
  public static final String MODELS = "models";

  /** Definitions of spaces as JSON, with the ledger of their versions in a header. */
  public static final String SPACES = "spaces";

  /** Who reads for itself asks the owner of the clock for a beat; key: who asks. */
  public static final String BEATS = "beats";

  private static final int KB = 1 << 10;
  private static final int MB = 1 << 20;

  /**
   * How a topic is kept.
   *
   * @param name its name
   * @param compacted true if only the newest record of a key is kept; else records are kept for
   *     good or as long as the operator says
   * @param log true if it has as many partitions as there are lanes for spaces, else as many as
   *     there are profile partitions
   * @param carries the type of its records
   * @param bytesMax bound of a record in bytes: key, value and headers. Kept where the record is
   *     made; whoever writes checks it once more
   */
  public record Spec(String name, boolean compacted, boolean log, String carries, int bytesMax) {}

  /** Every topic, to be created before anything is written. */
  public static final List<Spec> ALL =
      List.of(
          new Spec(EVENTS, false, true, "LogRecord", 2 * MB + 64 * KB),
          new Spec(SKIPPED, true, false, "SkippedRecord", 4 * KB),
          new Spec(REJECTED, false, false, "RejectedCall", 64 * KB),
          new Spec(PROFILE_EVENTS, true, false, "ResolvedEvent", MB),
          new Spec(IDENTIFIERS, true, false, "IdentityChange", 256 * KB),
          new Spec(INSIGHTS, false, false, "Insight", 256 * KB),
          new Spec(PROFILE_CHANGES, true, false, "ProfileChange", 2 * MB),
          new Spec(PROFILE_FEATURES, true, false, "FeatureBlock", 4 * MB),
          new Spec(MODELS, true, false, "ModelState", MB),
          new Spec(SPACES, true, false, "SpaceDefinition", 6 * MB + 64 * KB),
          new Spec(BEATS, true, false, "", KB));

  /**
   * Bound in bytes of a marker in any topic: its counts grow with the spaces of a lane and the
   * files replayed into them.
   */
  public static final int MARKER_BYTES_MAX = 4 * MB;

  /**
   * What producers, brokers, topics and consumers must let through in one request or batch: the
   * greatest bound of {@link #ALL} and what the protocol puts around a record.
   */
  public static final int REQUEST_BYTES_MAX =
      ALL.stream().mapToInt(Spec::bytesMax).max().orElse(0) + 64 * KB;

  private static final Map<String, Spec> BY_NAME =
      ALL.stream().collect(Collectors.toUnmodifiableMap(Spec::name, spec -> spec));

  private Topics() {}

  /**
   * The bound of a record of a topic, in bytes.
   *
   * @throws IllegalArgumentException if there is no such topic
   */
  public static int bytesMax(String topic) {
    Spec spec = BY_NAME.get(topic);
    if (spec == null) {
      throw new IllegalArgumentException(
          "topic: got '" + topic + "' (expected one of " + BY_NAME.keySet() + ")");
    }
    return spec.bytesMax();
  }

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
