package dev.traitflow.jobs.runtime;

import java.io.Serializable;

/**
 * What every operator of a job knows.
 *
 * @param lanes partitions of the topic {@code events}
 * @param profilePartitions partitions of the other topics
 * @param maxParallelism key groups of keyed operators; fixed for the life of the state
 * @param startedAt when the job was submitted, epoch milliseconds; orders the attempts of restarts
 * @param dedupMinutes for how long a messageId is remembered after its first arrival
 * @param traitKeysMax so many distinct custom trait keys a profile may have; new ones beyond are
 *     left out
 */
public record JobSettings(
    int lanes,
    int profilePartitions,
    int maxParallelism,
    long startedAt,
    long dedupMinutes,
    int traitKeysMax)
    implements Serializable {

  /** A messageId is remembered for at least 24 hours. */
  public static final long DEDUP_MINUTES_MIN = 24 * 60;

  /** A messageId is remembered for at most 30 days. */
  public static final long DEDUP_MINUTES_MAX = 30 * 24 * 60;

  /** A profile may have so many custom trait keys if nothing else is said. */
  public static final int TRAIT_KEYS_DEFAULT = 10_000;

  /** The greatest number of custom trait keys that a profile may be allowed. */
  public static final int TRAIT_KEYS_MOST = 1_000_000;

  /** Key groups of every job. */
  public static final int MAX_PARALLELISM = 128;

  public JobSettings {
    if (dedupMinutes < DEDUP_MINUTES_MIN || dedupMinutes > DEDUP_MINUTES_MAX) {
      throw new IllegalArgumentException(
          "dedupMinutes: got "
              + dedupMinutes
              + " (expected "
              + DEDUP_MINUTES_MIN
              + " to "
              + DEDUP_MINUTES_MAX
              + ")");
    }
    if (traitKeysMax < 1 || traitKeysMax > TRAIT_KEYS_MOST) {
      throw new IllegalArgumentException(
          "traitKeysMax: got " + traitKeysMax + " (expected 1 to " + TRAIT_KEYS_MOST + ")");
    }
  }

  /** Settings with the defaults: 24 hours, 10,000 custom trait keys. */
  public JobSettings(int lanes, int profilePartitions, int maxParallelism, long startedAt) {
    this(
        lanes, profilePartitions, maxParallelism, startedAt, DEDUP_MINUTES_MIN, TRAIT_KEYS_DEFAULT);
  }

  /** The same with another limit of custom trait keys. */
  public JobSettings withTraitKeysMax(int keys) {
    return new JobSettings(lanes, profilePartitions, maxParallelism, startedAt, dedupMinutes, keys);
  }

  /** A number that grows with each start of the job and each attempt within it. */
  public long attempt(int attemptNumber) {
    return startedAt * 1000 + attemptNumber;
  }
}
