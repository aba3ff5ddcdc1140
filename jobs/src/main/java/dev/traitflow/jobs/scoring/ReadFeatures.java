package dev.traitflow.jobs.scoring;

import dev.traitflow.core.prediction.FeatureBlock;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.jobs.runtime.CodecTypeInformation;
import dev.traitflow.jobs.runtime.ControlKeys;
import dev.traitflow.jobs.runtime.FeatureInput;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.ProfileMessage;
import java.util.List;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads the topic {@code profiles.features}. A marker becomes one message for each control key, so
 * that every scorer gets it behind the blocks of its partition.
 */
public final class ReadFeatures implements KafkaRecordDeserializationSchema<FeatureInput> {
  private final JobSettings settings;

  private transient List<String> controlKeys;

  /** Reads the features of a job with these settings. */
  public ReadFeatures(JobSettings settings) {
    this.settings = settings;
  }

  @Override
  public void open(DeserializationSchema.InitializationContext context) {
    controlKeys = ControlKeys.all(settings.maxParallelism());
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<FeatureInput> out) {
    if (Marker.isMarkerKey(record.key())) {
      for (String key : controlKeys) {
        out.collect(input(record, true, key));
      }
      return;
    }
    FeatureBlock block = FeatureBlock.CODEC.decode(record.value());
    out.collect(input(record, false, ProfileMessage.profileKey(block.space(), block.profile())));
  }

  private FeatureInput input(ConsumerRecord<byte[], byte[]> record, boolean marker, String key) {
    return new FeatureInput(
        marker, record.partition(), settings.profilePartitions(), key, record.value());
  }

  @Override
  public TypeInformation<FeatureInput> getProducedType() {
    return CodecTypeInformation.featureInputs();
  }
}
