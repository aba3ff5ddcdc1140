package dev.traitflow.jobs.runtime;

import java.io.Serializable;

/**
 * What every operator of a job knows.
 *
 * @param lanes partitions of the topic {@code events}
 * @param profilePartitions partitions of the other topics
 * @param maxParallelism key groups of keyed operators; fixed for the life of the state
 * @param startedAt when the job was submitted, epoch milliseconds; orders the attempts of restarts
 */
public record JobSettings(int lanes, int profilePartitions, int maxParallelism, long startedAt)
    implements Serializable {

  /** Key groups of every job. */
  public static final int MAX_PARALLELISM = 128;

  /** A number that grows with each start of the job and each attempt within it. */
  public long attempt(int attemptNumber) {
    return startedAt * 1000 + attemptNumber;
  }
}
