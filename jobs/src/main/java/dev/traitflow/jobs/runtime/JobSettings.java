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
 */
public record JobSettings(
    int lanes, int profilePartitions, int maxParallelism, long startedAt, long dedupMinutes)
    implements Serializable {

  /** A messageId is remembered for at least 24 hours. */
  public static final long DEDUP_MINUTES_MIN = 24 * 60;

  /** A messageId is remembered for at most 30 days. */
  public static final long DEDUP_MINUTES_MAX = 30 * 24 * 60;

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
  }

  /** Settings that remember a messageId for 24 hours. */
  public JobSettings(int lanes, int profilePartitions, int maxParallelism, long startedAt) {
    this(lanes, profilePartitions, maxParallelism, startedAt, DEDUP_MINUTES_MIN);
  }

  /** A number that grows with each start of the job and each attempt within it. */
  public long attempt(int attemptNumber) {
    return startedAt * 1000 + attemptNumber;
  }
}
