package dev.traitflow.jobs.identity;

import dev.traitflow.core.identity.Insight;
import dev.traitflow.core.topic.IdentityChange;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.RejectedCall;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.jobs.runtime.Outputs;
import dev.traitflow.jobs.runtime.ProfileMessage;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** What comes out of a lane: messages to profiles, and records of topics. */
final class LaneOutput {
  private static final List<String> MARKED =
      List.of(Topics.IDENTIFIERS, Topics.REJECTED, Topics.INSIGHTS);

  private final int partitions;
  private final Consumer<ProfileMessage> messages;
  private final Consumer<TopicRecord> topics;

  /**
   * An output.
   *
   * @param partitions how many partitions the topics have
   */
  LaneOutput(int partitions, Consumer<ProfileMessage> messages, Consumer<TopicRecord> topics) {
    this.partitions = partitions;
    this.messages = messages;
    this.topics = topics;
  }

  /** To a profile's history. */
  void message(ProfileMessage message) {
    messages.accept(message);
  }

  /** To the topic of identifiers. */
  void change(IdentityChange change) {
    byte[] key = change.topicKey();
    topic(
        Topics.IDENTIFIERS,
        Integer.toString(Arrays.hashCode(key)),
        key,
        IdentityChange.CODEC.encode(change));
  }

  /** To the topic of insights. */
  void insight(Insight insight) {
    topic(Topics.INSIGHTS, insight.space(), insight.topicKey(), Insight.CODEC.encode(insight));
  }

  /** To the topic of refused calls. */
  void rejected(RejectedCall call) {
    topic(Topics.REJECTED, call.source(), call.topicKey(), RejectedCall.CODEC.encode(call));
  }

  /** An alias call concerns no profile; it is kept beside the others for whoever reads them all. */
  void unresolved(ResolvedEvent event) {
    topic(
        Topics.PROFILE_EVENTS,
        event.event().messageId(),
        event.topicKey(),
        ResolvedEvent.CODEC.encode(event));
  }

  /** To every partition of every topic that the lane alone writes to. */
  void mark(Marker marker) {
    for (String topic : MARKED) {
      Outputs.mark(topic, partitions, marker, topics);
    }
  }

  private void topic(String topic, String partitionKey, byte[] key, byte[] value) {
    int partition = Topics.partition(partitionKey, partitions);
    topics.accept(new TopicRecord(topic, partition, key, value));
  }
}
