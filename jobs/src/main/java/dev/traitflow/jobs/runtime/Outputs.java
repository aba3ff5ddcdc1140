package dev.traitflow.jobs.runtime;

import dev.traitflow.core.profile.Marker;
import java.util.function.Consumer;
import org.apache.flink.util.OutputTag;

/** The side output on which every stage says what goes to Kafka. */
public final class Outputs {
  /** Records for topics. */
  public static final OutputTag<TopicRecord> TOPICS =
      new OutputTag<>("topics", CodecTypeInformation.topicRecords());

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
