package dev.traitflow.jobs.profile;

import dev.traitflow.core.codec.ByteWriter;
import dev.traitflow.core.identity.HistorySplit;
import dev.traitflow.core.profile.Marker;
import dev.traitflow.core.profile.ResolvedEvent;
import dev.traitflow.core.space.Topics;
import dev.traitflow.core.trait.TraitLevel;
import dev.traitflow.jobs.runtime.Beats;
import dev.traitflow.jobs.runtime.ControlKeys;
import dev.traitflow.jobs.runtime.FixedBytesSerializer;
import dev.traitflow.jobs.runtime.HistoryKey;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.Orders;
import dev.traitflow.jobs.runtime.Outputs;
import dev.traitflow.jobs.runtime.ProfileMessage;
import dev.traitflow.jobs.runtime.ProfileMessage.Kind;
import dev.traitflow.jobs.runtime.TopicOutput;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.nio.charset.StandardCharsets;
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
      case EVENT -> event(message);
      case MOVE -> move(message);
      case SPLIT -> split(message);
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
    if (message.mayBeStored() && history.contains(key)) {
      return;
    }
    byte[] reduced = traitKeys.reduce(message.body(), message.at());
    byte[] body = reduced == null ? message.body() : reduced;
    history.put(key, body);
    String space = ProfileMessage.spaceOf(message.key());
    byte[] topicKey =
        new ByteWriter().writeByte(1).writeString(space).writeString(message.text()).toBytes();
    write(ProfileMessage.profileOf(message.key()), topicKey, body);
    output.collect(new StreamRecord<>(message.withBody(body)));
  }

  private void move(ProfileMessage move) throws Exception {
    String space = ProfileMessage.spaceOf(move.key());
    String survivor = ProfileMessage.profileKey(space, move.text());
    String owner = new String(move.body(), StandardCharsets.UTF_8);
    for (Map.Entry<byte[], byte[]> entry : history.entries()) {
      if (ResolvedEvent.profileOf(entry.getValue()).equals(owner)) {
        output.collect(
            new StreamRecord<>(
                ProfileMessage.movedEvent(
                    survivor, move, HistoryKey.timestamp(entry.getKey()), entry.getValue())));
      }
    }
    String id = ProfileMessage.profileOf(move.key());
    String moved = id.equals(owner) ? id : "";
    step(Kind.MOVED, move, space, move.text(), moved, "");
    step(Kind.LEFT, move, space, /* fold= */ move.other(), id, /* survivor= */ move.text());
  }

  /**
   * Gives each event of a profile that becomes two to one of them: under its new profile it stays
   * here, is sent to that profile's fold, and replaces its record in the topic. A share of a
   * history announces no id; an id is announced by the profile that gets it.
   */
  private void split(ProfileMessage order) throws Exception {
    HistorySplit division = HistorySplit.CODEC.decode(order.body());
    String owner = division.owner();
    String space = ProfileMessage.spaceOf(order.key());
    String id = ProfileMessage.profileOf(order.key());
    for (Map.Entry<byte[], byte[]> entry : history.entries()) {
      if (!ResolvedEvent.profileOf(entry.getValue()).equals(owner)) {
        continue;
      }
      ResolvedEvent resolved = ResolvedEvent.CODEC.decode(entry.getValue());
      boolean toSplit = division.isSplit(resolved.identifiers());
      ResolvedEvent given = resolved.of(toSplit ? order.other() : order.text());
      byte[] bytes = ResolvedEvent.encodeMoved(given, owner);
      history.put(entry.getKey(), bytes);
      write(id, given.topicKey(), bytes);
      output.collect(
          new StreamRecord<>(
              ProfileMessage.movedEvent(
                  ProfileMessage.profileKey(space, given.profile()),
                  order,
                  HistoryKey.timestamp(entry.getKey()),
                  bytes)));
    }
    String receiver = division.splitByDefault() ? order.other() : order.text();
    String announcer = id.equals(owner) ? receiver : "";
    for (String side : List.of(order.text(), order.other())) {
      step(Kind.MOVED, order, space, side, side.equals(announcer) ? id : "", "");
    }
    step(Kind.LEFT, order, space, division.before(), id, "");
  }

  private void step(
      Kind kind, ProfileMessage order, String space, String fold, String told, String survivor) {
    output.collect(
        new StreamRecord<>(
            ProfileMessage.merge(
                kind,
                ProfileMessage.profileKey(space, fold),
                order.sequence(),
                order.at(),
                told,
                survivor,
                order.count())));
  }

  private void write(String id, byte[] topicKey, byte[] value) {
    int partition = Topics.partition(id, settings.profilePartitions());
    topics.accept(new TopicRecord(Topics.PROFILE_EVENTS, partition, topicKey, value));
  }

  private void delete(ProfileMessage order) throws Exception {
    String owner = new String(order.body(), StandardCharsets.UTF_8);
    Iterator<Map.Entry<byte[], byte[]>> entries = history.iterator();
    while (entries.hasNext()) {
      if (ResolvedEvent.profileOf(entries.next().getValue()).equals(owner)) {
        entries.remove();
      }
    }
    traitKeys.clear();
    step(
        Kind.LEFT,
        order,
        ProfileMessage.spaceOf(order.key()),
        order.other(),
        ProfileMessage.profileOf(order.key()),
        "");
  }

  private void flush(ProfileMessage flush) {
    if (!flushes.reached(flush.origin(), flush.origins(), flush.sequence())) {
      return;
    }
    Marker marker =
        new Marker(
            STAGE, subtask, subtasks, attempt, flushes.complete(), flush.at(), refusals.counts());
    Outputs.mark(Topics.PROFILE_EVENTS, settings.profilePartitions(), marker, topics);
    broadcast(flush);
  }

  /** Sends a control message on to every subtask of the fold, in this subtask's name. */
  private void broadcast(ProfileMessage message) {
    for (String key : controlKeys) {
      output.collect(new StreamRecord<>(message.readdressed(key, subtask, subtasks)));
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    refusals.keep();
  }
}
