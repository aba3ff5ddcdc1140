package dev.traitflow.jobs.profile;

import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.identity.HistorySplit;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.core.trait.TraitLevel;
import dev.traitflow.jobs.runtime.Beats;
import dev.traitflow.jobs.runtime.ControlKeys;
import dev.traitflow.jobs.runtime.ControlMessage;
import dev.traitflow.jobs.runtime.ControlMessage.Define;
import dev.traitflow.jobs.runtime.ControlMessage.Flush;
import dev.traitflow.jobs.runtime.ControlMessage.Score;
import dev.traitflow.jobs.runtime.EventMessage.LiveEvent;
import dev.traitflow.jobs.runtime.EventMessage.MovedEvent;
import dev.traitflow.jobs.runtime.FixedBytesSerializer;
import dev.traitflow.jobs.runtime.HistoryKey;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.MergeMessage.Delete;
import dev.traitflow.jobs.runtime.MergeMessage.Left;
import dev.traitflow.jobs.runtime.MergeMessage.Move;
import dev.traitflow.jobs.runtime.MergeMessage.Moved;
import dev.traitflow.jobs.runtime.MergeMessage.Split;
import dev.traitflow.jobs.runtime.Orders;
import dev.traitflow.jobs.runtime.Outputs;
import dev.traitflow.jobs.runtime.ProfileMessage;
import dev.traitflow.jobs.runtime.TopicOutput;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
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
   * Key: a profile's id as of resolution; entries: {@link HistoryKey} to the event as {@code
   * ResolvedEvent}. Bound: the events of that id. Cleared by deletion of the profile.
   */
  private static final MapStateDescriptor<byte[], byte[]> HISTORY =
      new MapStateDescriptor<>(
          "history", FixedBytesSerializer.INSTANCE, BytePrimitiveArraySerializer.INSTANCE);

  private final JobSettings settings;

  private transient MapState<byte[], byte[]> history;
  private transient PartialRefusals refusals;
  private transient TraitKeys traitKeys;
  private transient List<String> controlKeys;
  private transient TopicOutput topics;
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
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    refusals = new PartialRefusals(context);
  }

  @Override
  public void open() throws Exception {
    super.open();
    history = getRuntimeContext().getMapState(HISTORY);
    controlKeys = ControlKeys.all(settings.maxParallelism());
    topics =
        new TopicOutput(
            settings,
            getMetricGroup(),
            record -> output.collect(Outputs.TOPICS, new StreamRecord<>(record)));
    traitKeys = new TraitKeys(settings, TraitLevel.USER, getRuntimeContext(), refusals, topics);
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
      case LIVE_EVENT -> event((LiveEvent) message);
      case MOVE -> move((Move) message);
      case SPLIT -> split((Split) message);
      case DELETE -> delete((Delete) message);
      case HOLD -> output.collect(element);
      case FLUSH -> flush((Flush) message);
      case DEFINE -> define((Define) message);
      case SCORE -> score((Score) message);
      case MOVED_EVENT, MOVED, LEFT, USER_LEFT, USER_TRAITS ->
          throw new IllegalStateException("history: got " + message.kind() + " (fold only)");
    }
  }

  private void event(LiveEvent event) throws Exception {
    byte[] key = HistoryKey.of(event.timestamp(), event.messageId());
    if (event.mayBeStored() && history.contains(key)) {
      return;
    }
    byte[] reduced = traitKeys.reduce(event.resolved(), event.at());
    byte[] resolved = reduced == null ? event.resolved() : reduced;
    history.put(key, resolved);
    String space = ProfileMessage.spaceOf(event.key());
    byte[] topicKey =
        new ByteWriter().writeByte(1).writeString(space).writeString(event.messageId()).toBytes();
    write(ProfileMessage.profileOf(event.key()), topicKey, resolved);
    send(event.withResolved(resolved));
  }

  private void move(Move move) throws Exception {
    String space = ProfileMessage.spaceOf(move.key());
    String survivor = ProfileMessage.profileKey(space, move.survivor());
    for (Map.Entry<byte[], byte[]> entry : history.entries()) {
      if (ResolvedEvent.profileOf(entry.getValue()).equals(move.owner())) {
        send(
            new MovedEvent(
                survivor,
                move.sequence(),
                move.at(),
                HistoryKey.timestamp(entry.getKey()),
                move.histories(),
                entry.getValue()));
      }
    }
    String id = ProfileMessage.profileOf(move.key());
    String announced = id.equals(move.owner()) ? id : "";
    send(new Moved(survivor, move.sequence(), move.at(), announced, move.histories()));
    String loser = ProfileMessage.profileKey(space, move.loser());
    send(new Left(loser, move.sequence(), move.at(), id, move.survivor(), move.histories()));
  }

  /**
   * Gives each event of a profile that becomes two to one of them: under its new profile it stays
   * here, is sent to that profile's fold, and replaces its record in the topic. A share of a
   * history announces no id; an id is announced by the profile that gets it.
   */
  private void split(Split split) throws Exception {
    HistorySplit division = split.division();
    String owner = division.owner();
    String space = ProfileMessage.spaceOf(split.key());
    String id = ProfileMessage.profileOf(split.key());
    for (Map.Entry<byte[], byte[]> entry : history.entries()) {
      if (!ResolvedEvent.profileOf(entry.getValue()).equals(owner)) {
        continue;
      }
      ResolvedEvent resolved = ResolvedEvent.CODEC.decode(entry.getValue());
      boolean toSplit = division.isSplit(resolved.identifiers());
      ResolvedEvent given = resolved.of(toSplit ? split.split() : split.rest());
      byte[] bytes = ResolvedEvent.encodeMoved(given, owner);
      history.put(entry.getKey(), bytes);
      write(id, given.topicKey(), bytes);
      send(
          new MovedEvent(
              ProfileMessage.profileKey(space, given.profile()),
              split.sequence(),
              split.at(),
              HistoryKey.timestamp(entry.getKey()),
              split.histories(),
              bytes));
    }
    String receiver = division.splitByDefault() ? split.split() : split.rest();
    String announcer = id.equals(owner) ? receiver : "";
    for (String side : List.of(split.rest(), split.split())) {
      String fold = ProfileMessage.profileKey(space, side);
      String announced = side.equals(announcer) ? id : "";
      send(new Moved(fold, split.sequence(), split.at(), announced, split.histories()));
    }
    String before = ProfileMessage.profileKey(space, division.before());
    send(new Left(before, split.sequence(), split.at(), id, "", split.histories()));
  }

  private void send(ProfileMessage message) {
    output.collect(new StreamRecord<>(message));
  }

  private void write(String id, byte[] topicKey, byte[] value) {
    int partition = Topics.partition(id, settings.profilePartitions());
    topics.accept(new TopicRecord(Topics.PROFILE_EVENTS, partition, topicKey, value));
  }

  private void delete(Delete delete) throws Exception {
    Iterator<Map.Entry<byte[], byte[]>> entries = history.iterator();
    while (entries.hasNext()) {
      if (ResolvedEvent.profileOf(entries.next().getValue()).equals(delete.owner())) {
        entries.remove();
      }
    }
    traitKeys.clear();
    String space = ProfileMessage.spaceOf(delete.key());
    String fold = ProfileMessage.profileKey(space, delete.profile());
    String id = ProfileMessage.profileOf(delete.key());
    send(new Left(fold, delete.sequence(), delete.at(), id, "", delete.histories()));
  }

  private void define(Define define) {
    if (orders.isFirst(define)) {
      broadcast(define);
    }
  }

  private void score(Score score) {
    if (orders.isFirst(score)) {
      broadcast(score);
    }
  }

  private void flush(Flush flush) {
    if (!flushes.reached(flush.origin(), flush.origins(), flush.number())) {
      return;
    }
    Marker marker =
        new Marker(
            STAGE, subtask, subtasks, attempt, flushes.complete(), flush.at(), refusals.counts());
    Outputs.mark(Topics.PROFILE_EVENTS, settings.profilePartitions(), marker, topics);
    broadcast(flush);
  }

  /** Sends a control message on to every subtask of the fold, in this subtask's name. */
  private void broadcast(ControlMessage message) {
    for (String key : controlKeys) {
      send(message.addressed(key, subtask, subtasks));
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    refusals.keep();
  }
}
