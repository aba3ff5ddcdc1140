package dev.traitflow.jobs;

import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.Outputs;
import dev.traitflow.jobs.runtime.ProfileMessage;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.storage.JobManagerCheckpointStorage;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * One subtask of a {@link JobChain}: an operator on RocksDB in Flink's harness, behind one queue
 * for each subtask that sends to it. Around the operator it does what Flink's runtime does: time is
 * that of the slowest input, and barriers are aligned.
 */
final class ChainTask<K, I, O> implements AutoCloseable {
  /** The operators of a stage. */
  record Stage<K, I, O>(
      Function<JobSettings, OneInputStreamOperator<I, O>> operator,
      KeySelector<I, K> key,
      TypeInformation<K> keyType,
      TypeInformation<O> output) {}

  /** What travels in a queue. */
  sealed interface Item<I> {}

  /** A message to the operator. */
  record Message<I>(I value) implements Item<I> {}

  /** A watermark. */
  record Time<I>(long at) implements Item<I> {}

  /** The barrier of a checkpoint. */
  record Barrier<I>(long checkpoint) implements Item<I> {}

  /** Where it goes what a subtask says. */
  interface Outlet<O> {
    /** A message of the operator. */
    void message(O message) throws Exception;

    /** A record for a topic, from the side output. */
    void topic(TopicRecord topicRecord) throws Exception;

    /** A message to an account, from the side output. */
    void account(ProfileMessage message) throws Exception;

    /** Time has come so far. */
    void time(long at);

    /** Everything before the checkpoint has been said, and this is the state. */
    void barrier(long checkpoint, OperatorSubtaskState state);
  }

  /** Thousands of stories in one state are more than the harness's own 5 MB. */
  private static final int CHECKPOINT_BYTES_MAX = 256 << 20;

  private final Stage<K, I, O> stage;
  private final int index;
  private final int parallelism;
  private final Outlet<O> outlet;
  private final List<Deque<Item<I>>> inputs = new ArrayList<>();
  private final long[] times;
  private final boolean[] blocked;
  private KeyedOneInputStreamOperatorTestHarness<K, I, O> harness;
  private long time;
  private long processingTime;

  /** A subtask that {@code senders} others send to; to be started. */
  ChainTask(
      Stage<K, I, O> stage,
      int index,
      int parallelism,
      int senders,
      Outlet<O> outlet,
      JobSettings settings)
      throws Exception {
    this.stage = stage;
    this.index = index;
    this.parallelism = parallelism;
    this.outlet = outlet;
    for (int i = 0; i < senders; i++) {
      inputs.add(new ArrayDeque<>());
    }
    times = new long[senders];
    blocked = new boolean[senders];
    harness = open(settings, null);
  }

  /** Queues an item from a sender. */
  void enqueue(int sender, Item<I> item) {
    inputs.get(sender).add(item);
  }

  /** How many subtasks send to this one. */
  int senders() {
    return inputs.size();
  }

  /** How many items wait. */
  int waiting() {
    int waiting = 0;
    for (Deque<Item<I>> input : inputs) {
      waiting += input.size();
    }
    return waiting;
  }

  /** True if an item of the sender may be taken now. */
  boolean isReady(int sender) {
    return !blocked[sender] && !inputs.get(sender).isEmpty();
  }

  /** Takes the sender's next item. */
  void step(int sender) throws Exception {
    Item<I> item = inputs.get(sender).remove();
    if (item instanceof Message<I> message) {
      harness.processElement(new StreamRecord<>(message.value()));
      pass();
    } else if (item instanceof Time<I> mark) {
      times[sender] = Math.max(times[sender], mark.at());
      long slowest = Arrays.stream(times).min().orElseThrow();
      if (slowest > time) {
        time = slowest;
        harness.processWatermark(new Watermark(time));
        pass();
      }
    } else if (item instanceof Barrier<I> barrier) {
      blocked[sender] = true;
      for (boolean each : blocked) {
        if (!each) {
          return;
        }
      }
      Arrays.fill(blocked, false);
      checkpoint(barrier.checkpoint());
    }
  }

  private void checkpoint(long checkpoint) throws Exception {
    harness.prepareSnapshotPreBarrier(checkpoint);
    pass();
    outlet.barrier(checkpoint, harness.snapshot(checkpoint, checkpoint));
  }

  /** Lets processing time pass. */
  void passProcessingTime(long millis) throws Exception {
    processingTime += millis;
    harness.setProcessingTime(processingTime);
    pass();
  }

  /** The keys that a state has an entry for. */
  List<K> keysWith(String state) {
    try (Stream<K> keys =
        harness.getOperator().<K>getKeyedStateBackend().getKeys(state, VoidNamespace.INSTANCE)) {
      return keys.toList();
    }
  }

  /** Fails, with everything on its way here, and starts again from a state or from nothing. */
  void restart(JobSettings settings, @Nullable OperatorSubtaskState state) throws Exception {
    inputs.forEach(Deque::clear);
    harness.close();
    harness = open(settings, state);
  }

  @Override
  public void close() {
    try {
      harness.close();
    } catch (Exception e) {
      throw new IllegalStateException("harness: cannot be closed", e);
    }
  }

  private KeyedOneInputStreamOperatorTestHarness<K, I, O> open(
      JobSettings settings, @Nullable OperatorSubtaskState state) throws Exception {
    Arrays.fill(times, Long.MIN_VALUE);
    Arrays.fill(blocked, false);
    time = Long.MIN_VALUE;
    processingTime = 0;
    KeyedOneInputStreamOperatorTestHarness<K, I, O> opened =
        new KeyedOneInputStreamOperatorTestHarness<>(
            stage.operator().apply(settings),
            stage.key(),
            stage.keyType(),
            settings.maxParallelism(),
            parallelism,
            index);
    opened.setStateBackend(new EmbeddedRocksDBStateBackend(false));
    opened.setCheckpointStorage(new JobManagerCheckpointStorage(CHECKPOINT_BYTES_MAX));
    opened.setup(stage.output().createSerializer(new SerializerConfigImpl()));
    if (state != null) {
      opened.initializeState(state);
    }
    opened.open();
    return opened;
  }

  /**
   * Passes on what the operator said: the side outputs first, for they have no place among the
   * others, and time last.
   */
  private void pass() throws Exception {
    List<TopicRecord> topics = new ArrayList<>();
    side(Outputs.TOPICS, topics::add);
    for (TopicRecord topicRecord : topics) {
      outlet.topic(topicRecord);
    }
    List<ProfileMessage> accounts = new ArrayList<>();
    side(Outputs.ACCOUNTS, accounts::add);
    for (ProfileMessage message : accounts) {
      outlet.account(message);
    }
    Queue<Object> said = harness.getOutput();
    if (said.isEmpty()) {
      return;
    }
    for (O message : harness.extractOutputValues()) {
      outlet.message(message);
    }
    for (Object each : said) {
      if (each instanceof Watermark mark) {
        outlet.time(mark.getTimestamp());
      }
    }
    said.clear();
  }

  private <T> void side(OutputTag<T> tag, Consumer<T> consumer) {
    Queue<StreamRecord<T>> said = harness.getSideOutput(tag);
    if (said != null) {
      said.forEach(element -> consumer.accept(element.getValue()));
      said.clear();
    }
  }
}
