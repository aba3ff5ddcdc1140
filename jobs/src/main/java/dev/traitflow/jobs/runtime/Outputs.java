package dev.traitflow.jobs.runtime;

import dev.traitflow.core.topic.Marker;
import java.util.function.Consumer;
import org.apache.flink.util.OutputTag;

/** The side outputs of the stages. */
public final class Outputs {
  /** Records for topics: on it every stage says what goes to Kafka. */
  public static final OutputTag<TopicRecord> TOPICS =
      new OutputTag<>("topics", CodecTypeInformation.topicRecords());

  /** What the fold of users tells that of accounts. */
  public static final OutputTag<ProfileMessage> ACCOUNTS =
      new OutputTag<>("accounts", CodecTypeInformation.profileMessages());

  private Outputs() {}

  /** Writes the marker into every one of the topic's partitions. */
  public static void mark(
      String topic, int partitions, Marker marker, Consumer<TopicRecord> output) {
    byte[] key = marker.topicKey();
    byte[] value = Marker.CODEC.encode(marker);
    for (int partition = 0; partition < partitions; partition++) {
      output.accept(new TopicRecord(topic, partition, key, value));
    }
  }
}
