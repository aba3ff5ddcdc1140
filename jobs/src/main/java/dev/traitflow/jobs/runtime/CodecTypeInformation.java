package dev.traitflow.jobs.runtime;

import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Tells Flink to serialize a message with its core codec, so that no reflection and no Kryo is
 * involved.
 *
 * @param <T> the message
 */
public final class CodecTypeInformation<T> extends TypeInformation<T> {
  private final MessageType message;

  private CodecTypeInformation(MessageType message) {
    this.message = message;
  }

  /**
   * Returns the type information of a message.
   *
   * @throws IllegalArgumentException if {@code type} is not what {@code message} carries
   */
  public static <T> CodecTypeInformation<T> of(MessageType message, Class<T> type) {
    if (message.type() != type) {
      throw new IllegalArgumentException(
          "message type: got " + type.getName() + " (expected " + message.type().getName() + ")");
    }
    return new CodecTypeInformation<>(message);
  }

  /** Log entries. */
  public static CodecTypeInformation<LogEntry> logEntries() {
    return of(MessageType.LOG_ENTRY, LogEntry.class);
  }

  /** Inputs of the identity lane. */
  public static CodecTypeInformation<LaneInput> laneInputs() {
    return of(MessageType.LANE_INPUT, LaneInput.class);
  }

  /** Messages to histories and folds. */
  public static CodecTypeInformation<ProfileMessage> profileMessages() {
    return of(MessageType.PROFILE_MESSAGE, ProfileMessage.class);
  }

  /** Records for Kafka topics. */
  public static CodecTypeInformation<TopicRecord> topicRecords() {
    return of(MessageType.TOPIC_RECORD, TopicRecord.class);
  }

  /** Inputs of the scoring job. */
  public static CodecTypeInformation<FeatureInput> featureInputs() {
    return of(MessageType.FEATURE_INPUT, FeatureInput.class);
  }

  /** Parts of histories, inputs of the training job. */
  public static CodecTypeInformation<HistoryPart> historyParts() {
    return of(MessageType.HISTORY_PART, HistoryPart.class);
  }

  @Override
  public TypeSerializer<T> createSerializer(SerializerConfig config) {
    return new CodecSerializer<>(message);
  }

  @Override
  @SuppressWarnings("unchecked")
  public Class<T> getTypeClass() {
    return (Class<T>) message.type();
  }

  @Override
  public boolean isBasicType() {
    return false;
  }

  @Override
  public boolean isTupleType() {
    return false;
  }

  @Override
  public int getArity() {
    return 1;
  }

  @Override
  public int getTotalFields() {
    return 1;
  }

  @Override
  public boolean isKeyType() {
    return false;
  }

  @Override
  public String toString() {
    return "Codec(" + message + ")";
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CodecTypeInformation<?> that && message == that.message;
  }

  @Override
  public int hashCode() {
    return message.name().hashCode();
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof CodecTypeInformation;
  }
}
