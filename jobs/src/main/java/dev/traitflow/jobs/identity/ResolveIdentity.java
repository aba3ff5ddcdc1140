package dev.traitflow.jobs.identity;

import dev.traitflow.core.event.DiscardReason;
import dev.traitflow.core.event.Event;
import dev.traitflow.core.event.EventType;
import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.event.Parsed;
import dev.traitflow.core.event.TraitWrite;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.identity.IdentifierExtractor;
import dev.traitflow.core.identity.ProfileIds;
import dev.traitflow.core.identity.ProfileNode;
import dev.traitflow.core.identity.Resolution;
import dev.traitflow.core.topic.IdentityChange;
import dev.traitflow.core.topic.Marker;
import dev.traitflow.core.topic.RejectedCall;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.jobs.runtime.ControlKeys;
import dev.traitflow.jobs.runtime.ControlMessage;
import dev.traitflow.jobs.runtime.EventMessage;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.LaneInput;
import dev.traitflow.jobs.runtime.LaneKeys;
import dev.traitflow.jobs.runtime.LogEntry;
import dev.traitflow.jobs.runtime.Outputs;
import dev.traitflow.jobs.runtime.ProfileMessage;
import dev.traitflow.jobs.runtime.TopicOutput;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.runtime.execution.CancelTaskException;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.ExceptionInChainedOperatorException;

/**
 * The lane of a space: takes its log record by record, drops repeats, decides whose each event is,
 * and sends it to that profile's history. Keyed by the log's partition, so that nothing before it
 * or in it reorders what arrived; a replay of the log after a crash repeats every decision.
 */
public final class ResolveIdentity extends AbstractStreamOperator<ProfileMessage>
    implements OneInputStreamOperator<LaneInput, ProfileMessage> {
  /** Stage name in markers: one subtask for each lane. */
  public static final String STAGE = "resolve";

  /** Key: a lane; contents: {@link LaneTotals}, small. Never cleared. */
  private static final ValueStateDescriptor<byte[]> TOTALS =
      new ValueStateDescriptor<>("lane-totals", BytePrimitiveArraySerializer.INSTANCE);

  private final JobSettings settings;
  private final LaneKeys keys;

  private transient ValueState<byte[]> totalsState;
  private transient SeenMessages seen;
  private transient SpaceGraphs graphs;
  private transient LaneOutput out;
  private transient ProfileOrders orders;
  private transient Map<Integer, LaneTotals> totals;
  private transient List<String> controlKeys;
  private transient long attempt;

  /** A lane of a job with these settings. */
  public ResolveIdentity(JobSettings settings) {
    this.settings = settings;
    this.keys = new LaneKeys(settings.maxParallelism());
  }

  @Override
  public void open() throws Exception {
    super.open();
    totalsState = getRuntimeContext().getState(TOTALS);
    seen =
        new SeenMessages(
            getRuntimeContext().getMapState(SeenMessages.SEEN),
            this::bucketOfMinute,
            settings.dedupMinutes());
    graphs = new SpaceGraphs(getRuntimeContext().getMapState(KeyedIdentityStore.GRAPH));
    totals = new HashMap<>();
    out =
        new LaneOutput(
            settings.profilePartitions(),
            message -> output.collect(new StreamRecord<>(message)),
            new TopicOutput(
                settings,
                getMetricGroup(),
                record -> output.collect(Outputs.TOPICS, new StreamRecord<>(record))));
    orders = new ProfileOrders(out);
    controlKeys = ControlKeys.all(settings.maxParallelism());
    attempt = settings.attempt(getRuntimeContext().getTaskInfo().getAttemptNumber());
  }

  private ListState<byte[]> bucketOfMinute(long minute) throws Exception {
    return getPartitionedState(minute, LongSerializer.INSTANCE, SeenMessages.MINUTE);
  }

  @Override
  public void processElement(StreamRecord<LaneInput> element) throws Exception {
    LaneInput input = element.getValue();
    try {
      take(input, totals(input.partition()));
    } catch (ExceptionInChainedOperatorException | CancelTaskException notOfTheRecord) {
      throw notOfTheRecord;
    } catch (RuntimeException e) {
      throw LogEntry.impassable(input.partition(), input.offset(), input.record().space(), e);
    }
  }

  private void take(LaneInput input, LaneTotals lane) throws Exception {
    LogRecord record = input.record();
    switch (record.kind()) {
      case CALL -> call(input, lane);
      case TICK -> {}
      case FLUSH -> {
        boolean beat = LogRecord.isBeat(record.body());
        broadcast(input, new ControlMessage.Flush(record.number(), record.at(), beat));
        lane.set(Marker.FLUSH_OFFSET, input.offset());
        mark(input.partition(), record, lane);
      }
      case DEFINE -> {
        graphs.define(input.partition(), record.space(), record.body());
        broadcast(
            input,
            new ControlMessage.Define(input.offset(), record.at(), record.space(), record.body()));
      }
      case WRITE -> write(input, lane);
      case DELETE -> delete(input, lane);
      case UNMAP -> unmap(input);
      case UNMERGE -> orders.unmerge(input, graphs.of(input.partition(), record.space()));
      case JOIN -> join(input, lane);
      case SCORE ->
          broadcast(input, new ControlMessage.Score(input.offset(), record.at(), record.space()));
      case SCORED -> {
        lane.set("scored", record.number());
        mark(input.partition(), record, lane);
      }
    }
  }

  private void call(LaneInput input, LaneTotals lane) throws Exception {
    LogRecord record = input.record();
    if (input.parsed() instanceof Parsed.Rejected rejected) {
      reject(input, lane, rejected.reason(), rejected.message());
      return;
    }
    if (!(input.parsed() instanceof Parsed.Accepted accepted)) {
      throw new IllegalStateException("lane input: got an unparsed call (expected a parsed one)");
    }
    Event event = accepted.event();
    if (!seen.add(messageOf(record, event), record.at(), record.isReplayed(), lane.arrivals())) {
      reject(input, lane, DiscardReason.DUPLICATE, "messageId " + event.messageId() + " was seen");
      return;
    }
    SpaceGraphs.Graph graph = graphs.of(input.partition(), record.space());
    IdentifierExtractor.Extraction found = graph.extract(event);
    List<Identifier> ids = found.identifiers();
    ProfileOrders.Cause cause =
        new ProfileOrders.Cause(input, event.timestamp(), event.source(), event.messageId());
    if (ids.isEmpty()) {
      if (event.type() == EventType.ALIAS) {
        lane.add(count("accepted", record), 1);
        out.unresolved(new ResolvedEvent(record.space(), "", input.offset(), event, List.of()));
        return;
      }
      orders.unidentified(cause, found.violations());
      reject(
          input,
          lane,
          DiscardReason.NO_MATCHING_IDENTIFIERS,
          "No matching identifiers on event: every id it carries is empty or blocked");
      return;
    }
    lane.add(count("accepted", record), 1);
    Resolution resolution =
        graph.resolve(
            event,
            ids,
            input.offset(),
            () -> ProfileIds.of(record.space(), input.partition(), input.offset()));
    if (resolution.created()) {
      lane.add("profiles/" + record.space(), 1);
    }
    if (!resolution.merges().isEmpty()) {
      lane.add("merges/" + record.space(), resolution.merges().size());
    }
    orders.decided(cause, resolution, found.violations());
    List<Identifier> linked = linked(input, graph, event, ids);
    send(input, lane, event, input.event(), resolution.profile(), linked);
  }

  /**
   * A messageId is unique within a space: sources may feed several, each in an order of its own.
   */
  private static String messageOf(LogRecord record, Event event) {
    return record.space() + '\n' + event.messageId();
  }

  /** The event's identifiers, and behind them the account that a group call links its user to. */
  private List<Identifier> linked(
      LaneInput input, SpaceGraphs.Graph graph, Event event, List<Identifier> ids) {
    Identifier account = graph.account(event);
    if (account == null) {
      return ids;
    }
    String space = input.record().space();
    String profile = ProfileIds.ofAccount(space, account.value());
    if (graph.addAccount(account, profile)) {
      out.change(
          new IdentityChange(
              space,
              input.offset(),
              new IdentityChange.Mapped(
                  account, profile, event.timestamp(), event.messageId(), event.source())));
    }
    List<Identifier> linked = new ArrayList<>(ids);
    linked.add(account);
    return linked;
  }

  private void write(LaneInput input, LaneTotals lane) {
    LogRecord record = input.record();
    TraitWrite write = TraitWrite.CODEC.decode(record.body());
    lane.add("writes", 1);
    Event event = write.asEvent(record.at());
    String profile =
        ProfileIds.isAccount(write.profile())
            ? write.profile()
            : graphs.of(input.partition(), record.space()).canonical(write.profile());
    if (profile == null) {
      lane.add("writes.deleted/" + record.space(), 1);
      return;
    }
    send(input, lane, event, Event.CODEC.encode(event), profile, List.of());
  }

  private void unmap(LaneInput input) {
    String space = input.record().space();
    Identifier identifier = identifier(input.record());
    String profile = graphs.of(input.partition(), space).unmap(identifier);
    if (profile != null) {
      ProfileOrders.Cause cause = ProfileOrders.Cause.order(input);
      orders.change(cause, new IdentityChange.Unmapped(identifier, profile, cause.at(), false));
    }
  }

  private void join(LaneInput input, LaneTotals lane) {
    String space = input.record().space();
    int merges = orders.join(input, graphs.of(input.partition(), space));
    lane.add("merges/" + space, merges);
  }

  private static Identifier identifier(LogRecord record) {
    return Identifier.ofUser(record.type(), new String(record.body(), StandardCharsets.UTF_8));
  }

  private void delete(LaneInput input, LaneTotals lane) {
    LogRecord record = input.record();
    String space = record.space();
    ProfileNode profile = graphs.of(input.partition(), space).delete(identifier(record));
    if (profile == null) {
      return;
    }
    lane.add("deleted/" + space, 1);
    orders.deleted(input, profile);
  }

  private void send(
      LaneInput input,
      LaneTotals lane,
      Event event,
      byte[] encoded,
      String profile,
      List<Identifier> ids) {
    String space = input.record().space();
    long at = input.record().at();
    out.message(
        new EventMessage.LiveEvent(
            ProfileMessage.profileKey(space, profile),
            input.offset(),
            at,
            event.timestamp(),
            event.messageId(),
            lane.mayRepeatDatedAhead(event.timestamp(), at),
            ResolvedEvent.encode(space, profile, input.offset(), encoded, ids)));
  }

  /** Sends a control message to every subtask of the next stage, in the lane's name. */
  private void broadcast(LaneInput input, ControlMessage message) {
    for (String key : controlKeys) {
      out.message(message.addressed(key, input.partition(), settings.lanes()));
    }
  }

  private void reject(LaneInput input, LaneTotals lane, DiscardReason reason, String message) {
    LogRecord record = input.record();
    lane.add(
        count(
            reason == DiscardReason.DUPLICATE ? "duplicate" : "rejected." + reason.code(), record),
        record.calls());
    out.rejected(
        new RejectedCall(
            record.space(),
            record.source(),
            input.offset(),
            record.origin(),
            record.isReplayed() ? record.number() : 0,
            record.at(),
            reason,
            message,
            record.body()));
  }

  private static String count(String name, LogRecord record) {
    return name + "/" + record.space() + "/" + record.origin();
  }

  private void mark(int lane, LogRecord record, LaneTotals laneTotals) {
    if (record.kind() == LogRecord.Kind.FLUSH) {
      laneTotals.set("flush", record.number());
    }
    long flush = laneTotals.counts().getOrDefault("flush", 0L);
    Marker marker =
        new Marker(STAGE, lane, settings.lanes(), attempt, flush, record.at(), laneTotals.counts());
    out.mark(marker);
  }

  private LaneTotals totals(int lane) throws Exception {
    LaneTotals known = totals.get(lane);
    if (known == null) {
      byte[] stored = totalsState.value();
      known = stored == null ? new LaneTotals() : LaneTotals.CODEC.decode(stored);
      totals.put(lane, known);
    }
    return known;
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    for (Map.Entry<Integer, LaneTotals> lane : totals.entrySet()) {
      setCurrentKey(keys.keyOf(lane.getKey()));
      seen.keep(lane.getValue().arrivals());
      totalsState.update(LaneTotals.CODEC.encode(lane.getValue()));
    }
  }
}
