package dev.traitflow.server.log;

import dev.traitflow.core.topic.Topics;

/**
 * How many partitions the topics have. Fixed when they were created: another number would send a
 * key elsewhere and so split what belongs together.
 *
 * @param logPartitions partitions of the topic {@code events}: lanes for spaces
 * @param profilePartitions partitions of every other topic
 */
public record TopicLayout(int logPartitions, int profilePartitions) {
  public TopicLayout {
    if (logPartitions < 1 || profilePartitions < 1) {
      throw new IllegalArgumentException(
          "partitions: got "
              + logPartitions
              + " and "
              + profilePartitions
              + " (expected at least 1 of each)");
    }
  }

  /** The partition of {@code events} that holds the order of a space. */
  public int logPartition(String space) {
    return Topics.partition(space, logPartitions);
  }
}
