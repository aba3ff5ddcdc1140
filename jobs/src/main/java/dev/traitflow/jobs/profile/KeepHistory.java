package dev.traitflow.jobs.profile;

import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.profile.Marker;
import dev.traitflow.core.space.Topics;
import dev.traitflow.jobs.runtime.Beats;
import dev.traitflow.jobs.runtime.ControlKeys;
import dev.traitflow.jobs.runtime.FixedBytesSerializer;
import dev.traitflow.jobs.runtime.HistoryKey;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.Orders;
import dev.traitflow.jobs.runtime.Outputs;
import dev.traitflow.jobs.runtime.ProfileMessage;
import dev.traitflow.jobs.runtime.ProfileMessage.Kind;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Keeps each event under the id its profile had when it was resolved, an id that never changes, and
 * passes it on to the fold. After a merge it sends a history on again to the survivor: so histories
 * move forward through the job, without a loop, and a barrier is just a record (decision 0004).
 */
public final class KeepHistory extends AbstractStreamOperator<ProfileMessage>
    implements OneInputStreamOperator<ProfileMessage, ProfileMessage> {
  /** Stage name in markers. */
  public static final String STAGE = "history";

  /**
   * Deduplication by messageId reaches this far back; beyond it the history itself is the guard.
   */
  static final long GUARDED_BEYOND_MILLIS = 24 * 3_600_000L;

  /**
   * Key: a profile's id as of resolution; entries: {@link HistoryKey} to the event as {@code
   * ResolvedEvent}. Bound: the events of that id. Cleared by deletion of the profile.
   */
  private static final MapStateDescriptor<byte[], byte[]> HISTORY =
      new MapStateDescriptor<>(
          "history", FixedBytesSerializer.INSTANCE, BytePrimitiveArraySerializer.INSTANCE);

  private final JobSettings settings;

  private transient MapState<byte[], byte[]> history;
  private transient List<String> controlKeys;
  private transient Beats flushes;
  private transient Orders orders;
  private transient int subtask;
  private transient int subtasks;
  private transient long attempt;

  /** Histories of a job with these settings. */
  public KeepHistory(JobSettings settings) {
    this.settings = settings;
  }

  @Override
  public void open() throws Exception {
    super.open();
    history = getRuntimeContext().getMapState(HISTORY);
    controlKeys = ControlKeys.all(settings.maxParallelism());
    flushes = new Beats();
    orders = new Orders();
    subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    subtasks = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
    attempt = settings.attempt(getRuntimeContext().getTaskInfo().getAttemptNumber());
  }

  @Override
  public void processElement(StreamRecord<ProfileMessage> element) throws Exception {
    ProfileMessage message = element.getValue();
    switch (message.kind()) {
      case EVENT -> event(message);
      case MOVE -> move(message);
      case DELETE -> delete(message);
      case HOLD -> output.collect(element);
      case FLUSH -> flush(message);
      case DEFINE, SCORE -> {
        if (orders.isFirst(message)) {
          broadcast(message);
        }
      }
      case MOVED_EVENT, MOVED, LEFT, USER_LEFT, USER_TRAITS ->
          throw new IllegalStateException("history: got " + message.kind() + " (fold only)");
    }
  }

  private void event(ProfileMessage message) throws Exception {
    byte[] key = HistoryKey.of(message.timestamp(), message.text());
    if (message.at() - message.timestamp() > GUARDED_BEYOND_MILLIS && history.contains(key)) {
      return;
    }
    history.put(key, message.body());
    String space = ProfileMessage.spaceOf(message.key());
    byte[] topicKey =
        new ByteWriter().writeByte(1).writeString(space).writeString(message.text()).toBytes();
    int partition =
        Topics.partition(ProfileMessage.profileOf(message.key()), settings.profilePartitions());
    output.collect(
        Outputs.TOPICS,
        new StreamRecord<>(
            new TopicRecord(Topics.PROFILE_EVENTS, partition, topicKey, message.body())));
    output.collect(new StreamRecord<>(message));
  }

  private void move(ProfileMessage move) throws Exception {
    String space = ProfileMessage.spaceOf(move.key());
    String survivor = ProfileMessage.profileKey(space, move.text());
    String loser = ProfileMessage.profileKey(space, move.other());
    for (Map.Entry<byte[], byte[]> entry : history.entries()) {
      output.collect(
          new StreamRecord<>(
              ProfileMessage.movedEvent(
                  survivor, move, HistoryKey.timestamp(entry.getKey()), entry.getValue())));
    }
    String moved = ProfileMessage.profileOf(move.key());
    for (Kind kind : List.of(Kind.MOVED, Kind.LEFT)) {
      output.collect(
          new StreamRecord<>(
              ProfileMessage.merge(
                  kind,
                  kind == Kind.MOVED ? survivor : loser,
                  move.sequence(),
                  move.at(),
                  moved,
                  kind == Kind.MOVED ? "" : move.text(),
                  move.count())));
    }
  }

  private void delete(ProfileMessage order) {
    history.clear();
    String deleted = ProfileMessage.profileKey(ProfileMessage.spaceOf(order.key()), order.other());
    String left = ProfileMessage.profileOf(order.key());
    output.collect(
        new StreamRecord<>(
            ProfileMessage.merge(
                Kind.LEFT, deleted, order.sequence(), order.at(), left, "", order.count())));
  }

  private void flush(ProfileMessage flush) {
    if (!flushes.reached(flush.origin(), flush.origins(), flush.sequence())) {
      return;
    }
    Marker marker =
        new Marker(STAGE, subtask, subtasks, attempt, flushes.complete(), flush.at(), Map.of());
    Outputs.mark(
        Topics.PROFILE_EVENTS,
        settings.profilePartitions(),
        marker,
        record -> output.collect(Outputs.TOPICS, new StreamRecord<>(record)));
    broadcast(flush);
  }

  /** Sends a control message on to every subtask of the fold, in this subtask's name. */
  private void broadcast(ProfileMessage message) {
    for (String key : controlKeys) {
      output.collect(new StreamRecord<>(message.readdressed(key, subtask, subtasks)));
    }
  }
}
