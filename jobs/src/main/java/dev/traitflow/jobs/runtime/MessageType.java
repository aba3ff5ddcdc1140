package dev.traitflow.jobs.runtime;

import dev.traitflow.core.codec.Codec;

/**
 * Every type that travels between operators, with its codec. An enum because serializers are
 * shipped with the job graph: its constants survive that, a codec instance need not.
 */
@SuppressWarnings("ImmutableEnumChecker") // Codecs have no state.
public enum MessageType {
  LOG_ENTRY(LogEntry.class, LogEntry.CODEC),
  LANE_INPUT(LaneInput.class, LaneInput.CODEC),
  PROFILE_MESSAGE(ProfileMessage.class, ProfileMessage.CODEC),
  TOPIC_RECORD(TopicRecord.class, TopicRecord.CODEC),
  FEATURE_INPUT(FeatureInput.class, FeatureInput.CODEC),
  HISTORY_PART(HistoryPart.class, HistoryPart.CODEC);

  private final Class<?> type;
  private final Codec<?> codec;

  <T> MessageType(Class<T> type, Codec<T> codec) {
    this.type = type;
    this.codec = codec;
  }

  Class<?> type() {
    return type;
  }

  Codec<?> codec() {
    return codec;
  }
}
