package dev.traitflow.jobs.profile;

import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.ProfileChange;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.core.trait.TraitLevel;
import dev.traitflow.jobs.runtime.CodecTypeInformation;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.Outputs;
import dev.traitflow.jobs.runtime.ProfileMessage;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.state.rocksdb.RocksDBKeyedStateBackend;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;

/**
 * A fold on RocksDB as a job runs it, which can be made to fail and come back from its checkpoint
 * after every message: then nothing it knows may have been on the heap only.
 */
final class FoldHarness implements AutoCloseable {
  private static final long START = 1_000;

  private final boolean restarting;
  private final TraitLevel level;
  private final int traitKeysMax;
  private final List<ProfileMessage> sent = new ArrayList<>();
  private final List<TopicRecord> written = new ArrayList<>();
  private KeyedOneInputStreamOperatorTestHarness<String, ProfileMessage, TopicRecord> harness;
  private FoldProfiles operator;
  private long startedAt = START;
  private long checkpoint;
  private long processingTime;

  /** A fold of users that is restarted after every step, or never. */
  FoldHarness(boolean restarting) throws Exception {
    this(restarting, TraitLevel.USER);
  }

  /** A fold of a level that is restarted after every step, or never. */
  FoldHarness(boolean restarting, TraitLevel level) throws Exception {
    this(restarting, level, JobSettings.TRAIT_KEYS_DEFAULT);
  }

  /** The same with so many custom trait keys a profile. */
  FoldHarness(boolean restarting, TraitLevel level, int traitKeysMax) throws Exception {
    this.traitKeysMax = traitKeysMax;
    this.restarting = restarting;
    this.level = level;
    operator = new FoldProfiles(settings(), level);
    harness = start(null);
  }

  /** Takes a message. */
  void take(ProfileMessage message) throws Exception {
    harness.processElement(new StreamRecord<>(message));
    step();
  }

  /** Lets event time pass. */
  void passTime(long now) throws Exception {
    harness.processWatermark(new Watermark(now));
    step();
  }

  /** Lets the period of the bundle pass and gives what was written since the last call. */
  List<TopicRecord> written() throws Exception {
    processingTime += 200;
    harness.setProcessingTime(processingTime);
    collect();
    List<TopicRecord> since = List.copyOf(written);
    written.clear();
    return since;
  }

  /** What was sent to accounts since the last call. */
  List<ProfileMessage> sent() {
    collect();
    List<ProfileMessage> since = List.copyOf(sent);
    sent.clear();
    return since;
  }

  /** Fails and comes back from a checkpoint taken just now, as a later start of the job. */
  void restart() throws Exception {
    startedAt++;
    checkpoint++;
    harness.prepareSnapshotPreBarrier(checkpoint);
    OperatorSubtaskState state = harness.snapshot(checkpoint, checkpoint);
    collect();
    harness.close();
    operator = new FoldProfiles(settings(), level);
    harness = start(state);
    processingTime = 0;
  }

  /** How many entries of keyed state there are, timers not among them. */
  int entries() {
    if (operator.getKeyedStateBackend() instanceof RocksDBKeyedStateBackend<?> backend) {
      return backend.numKeyValueStateEntries();
    }
    throw new IllegalStateException("state backend: got another one (expected RocksDB)");
  }

  /** The bytes that are read and written whole with every event of a profile. */
  int profileBytes(String key) throws Exception {
    operator.setCurrentKey(key);
    byte[] stored =
        operator
            .getKeyedStateBackend()
            .getPartitionedState(
                VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, FoldProfiles.FOLD)
            .value();
    return stored == null ? 0 : stored.length;
  }

  /** The bytes of a checkpoint taken now. */
  long checkpointBytes() throws Exception {
    checkpoint++;
    harness.prepareSnapshotPreBarrier(checkpoint);
    return harness.snapshot(checkpoint, checkpoint).getStateSize();
  }

  /** How many event-time timers there are. */
  int timers() {
    return harness.numEventTimeTimers();
  }

  /** The changes among {@code records}, in order. */
  static List<ProfileChange> changes(List<TopicRecord> records) {
    return records.stream()
        .filter(record -> record.topic().equals(Topics.PROFILE_CHANGES))
        .filter(record -> record.key()[0] != Marker.KEY_PREFIX)
        .map(record -> ProfileChange.CODEC.decode(record.value()))
        .toList();
  }

  /** The newest JSON of each trait of {@code profile}; removed ones as {@code null} texts. */
  static Map<String, String> values(List<TopicRecord> records, String profile) {
    Map<String, String> values = new TreeMap<>();
    for (ProfileChange change : changes(records)) {
      if (change.profile().equals(profile) && change.body() instanceof ProfileChange.Value body) {
        values.put(body.value().key(), String.valueOf(body.value().text()));
      }
    }
    return values;
  }

  /** The markers in {@code topic}. */
  static List<Marker> markers(List<TopicRecord> records, String topic) {
    return records.stream()
        .filter(record -> record.topic().equals(topic) && record.key()[0] == Marker.KEY_PREFIX)
        .map(record -> Marker.CODEC.decode(record.value()))
        .toList();
  }

  @Override
  public void close() {
    try {
      harness.close();
    } catch (Exception e) {
      throw new IllegalStateException("harness: cannot be closed", e);
    }
  }

  private JobSettings settings() {
    return new JobSettings(1, 2, JobSettings.MAX_PARALLELISM, startedAt)
        .withTraitKeysMax(traitKeysMax);
  }

  private void step() throws Exception {
    if (restarting) {
      restart();
    }
  }

  private void collect() {
    written.addAll(harness.extractOutputValues());
    harness.getOutput().clear();
    Queue<StreamRecord<ProfileMessage>> toAccounts = harness.getSideOutput(Outputs.ACCOUNTS);
    if (toAccounts != null) {
      toAccounts.forEach(record -> sent.add(record.getValue()));
      toAccounts.clear();
    }
  }

  private KeyedOneInputStreamOperatorTestHarness<String, ProfileMessage, TopicRecord> start(
      @Nullable OperatorSubtaskState state) throws Exception {
    KeyedOneInputStreamOperatorTestHarness<String, ProfileMessage, TopicRecord> started =
        new KeyedOneInputStreamOperatorTestHarness<>(
            operator, ProfileMessage::key, Types.STRING, JobSettings.MAX_PARALLELISM, 1, 0);
    started.setStateBackend(new EmbeddedRocksDBStateBackend());
    started.setup(CodecTypeInformation.topicRecords().createSerializer(new SerializerConfigImpl()));
    if (state != null) {
      started.initializeState(state);
    }
    started.setProcessingTime(0);
    started.open();
    return started;
  }
}
