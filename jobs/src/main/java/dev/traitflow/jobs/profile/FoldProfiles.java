package dev.traitflow.jobs.profile;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.identity.Identifier;
import dev.traitflow.core.profile.ResolvedEvent;
import dev.traitflow.core.space.Topics;
import dev.traitflow.jobs.runtime.Beats;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.ProfileMessage;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * Folds each profile's events into its trait values, as events arrive and as time passes, and shows
 * what changed.
 *
 * <p>Profiles touched since the last flush of the bundle are held decoded on the heap: one state
 * read and one write a bundle, however hot the profile, and one record for each value that ends up
 * different. The bundle is flushed before every checkpoint barrier, and every 100 ms or, while it
 * is large, every 500 ms.
 */
public final class FoldProfiles extends AbstractStreamOperator<TopicRecord>
    implements OneInputStreamOperator<ProfileMessage, TopicRecord>,
        Triggerable<String, VoidNamespace> {
  /** Stage name in markers. */
  public static final String STAGE = "fold";

  /** Stage name of the markers that open a scoring round. */
  public static final String ROUND_STAGE = "round";

  private static final int SESSIONS_MAX = 5_000;
  private static final int SESSIONS_FEW = 200;
  private static final int PERIODS_MAX = 5;
  private static final long PERIOD_MILLIS = 100;
  private static final long SLICE_NANOS = 10_000_000;

  /** Key: a profile; contents: {@link FoldState}. Cleared when the profile is merged away. */
  private static final ValueStateDescriptor<byte[]> FOLD =
      new ValueStateDescriptor<>("profile-fold", BytePrimitiveArraySerializer.INSTANCE);

  /** Union of all subtasks: {@link SpacePlans}, one entry each. Bound: definitions. */
  private static final ListStateDescriptor<byte[]> PLANS =
      new ListStateDescriptor<>("space-plans", BytePrimitiveArraySerializer.INSTANCE);

  private final JobSettings settings;

  private transient ListState<byte[]> plansState;
  private transient ValueState<byte[]> foldState;
  private transient ValueState<byte[]> weeksState;
  private transient InternalTimerService<VoidNamespace> timers;
  private transient SpacePlans plans;
  private transient RecentBlocks recentBlocks;
  private transient Map<String, ProfileSession> bundle;
  private transient Beats flushes;
  private transient @Nullable KeySweep sweep;
  private transient long flushAt;
  private transient long flushDone;
  private transient long asOf;
  private transient long beatAsOf;
  private transient Map<String, Long> beatCounts;
  private transient int periodsWaited;
  private transient FoldOutput outlet;
  private transient long attempt;

  /** Folds of a job with these settings. */
  public FoldProfiles(JobSettings settings) {
    this.settings = settings;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    plansState = context.getOperatorStateStore().getUnionListState(PLANS);
    plans = new SpacePlans();
    if (context.isRestored()) {
      for (byte[] kept : plansState.get()) {
        plans.restore(kept);
      }
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    foldState = getRuntimeContext().getState(FOLD);
    weeksState = getRuntimeContext().getState(KeyedProfileStore.WEEKS);
    timers = getInternalTimerService("windows", VoidNamespaceSerializer.INSTANCE, this);
    bundle = new LinkedHashMap<>();
    recentBlocks = new RecentBlocks();
    flushes = new Beats();
    asOf = Long.MIN_VALUE;
    beatAsOf = Long.MIN_VALUE;
    beatCounts = Map.of();
    TaskInfo task = getRuntimeContext().getTaskInfo();
    attempt = settings.attempt(task.getAttemptNumber());
    outlet =
        new FoldOutput(
            settings,
            task.getIndexOfThisSubtask(),
            task.getNumberOfParallelSubtasks(),
            attempt,
            record -> output.collect(new StreamRecord<>(record)));
    onPeriod(getProcessingTimeService().getCurrentProcessingTime());
  }

  @Override
  public void processElement(StreamRecord<ProfileMessage> element) throws Exception {
    ProfileMessage message = element.getValue();
    switch (message.kind()) {
      case EVENT -> event(message, false);
      case MOVED_EVENT -> event(message, true);
      case HOLD -> {
        ProfileSession session = session(message.key());
        session.fold().mergeSeen(message.sequence(), message.count());
        session.touch();
      }
      case MOVED -> {
        ProfileSession session = session(message.key());
        session.fold().moved(message.sequence(), message.text());
        session.moveTo(message.at());
        session.touch();
      }
      case LEFT -> left(message);
      case FLUSH -> {
        flushAt = Math.max(flushAt, message.at());
        if (flushes.reached(message.origin(), message.origins(), message.sequence())) {
          completeFlush();
        }
      }
      case DEFINE -> {
        flushBundle();
        plans.define(message.text(), message.sequence(), message.body());
      }
      case SCORE -> {
        SpacePlans.Plan plan = plans.all().get(message.text());
        if (plan != null) {
          plan.score(message.sequence(), message.at());
        }
      }
      case MOVE -> throw new IllegalStateException("fold: got MOVE (histories only)");
    }
    if (bundle.size() >= SESSIONS_MAX) {
      flushBundle();
    }
  }

  private void event(ProfileMessage message, boolean moved) throws Exception {
    ProfileSession session = session(message.key());
    FoldState fold = session.fold();
    ResolvedEvent resolved = ResolvedEvent.CODEC.decode(message.body());
    Event event = resolved.event();
    if (moved) {
      fold.mergeSeen(message.sequence(), 0);
    }
    for (Identifier identifier : resolved.identifiers()) {
      fold.known |= !identifier.type().equals(Identifier.ANONYMOUS_ID);
    }
    long now = session.moveTo(message.at());
    session.touch();
    if (message.at() - event.timestamp() > KeepHistory.GUARDED_BEYOND_MILLIS
        && session.history().contains(event.timestamp(), event.messageId())) {
      return;
    }
    session.history().append(event, message.body());
    session.engine().add(session.state(), session.history(), event, now);
    schedule(session, session.engine().nextBoundary(session.state()));
  }

  private void left(ProfileMessage message) throws Exception {
    ProfileSession session = session(message.key());
    session.touch();
    if (session.fold().lastLeft(message.sequence(), message.count())) {
      if (session.fold().timer != FoldState.NO_TIMER) {
        timers.deleteEventTimeTimer(VoidNamespace.INSTANCE, session.fold().timer);
      }
      session.history().clear();
      foldState.clear();
      bundle.remove(message.key());
    }
  }

  /** Makes sure a timer fires at {@code boundary} or before. An early timer only looks again. */
  private void schedule(ProfileSession session, long boundary) {
    FoldState fold = session.fold();
    if (boundary < fold.timer) {
      if (fold.timer != FoldState.NO_TIMER) {
        timers.deleteEventTimeTimer(VoidNamespace.INSTANCE, fold.timer);
      }
      timers.registerEventTimeTimer(VoidNamespace.INSTANCE, boundary);
      fold.timer = boundary;
      session.touch();
    }
  }

  @Override
  public void onEventTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
    ProfileSession session = session(timer.getKey());
    if (session.fold().timer != timer.getTimestamp()) {
      return;
    }
    session.fold().timer = FoldState.NO_TIMER;
    // Straight to where time stands: every boundary on the way is passed in one step, and no event
    // still to come is older than the watermark, so the values are exact there.
    long now = session.moveTo(timers.currentWatermark());
    session.engine().advance(session.state(), session.history(), now);
    schedule(session, session.engine().nextBoundary(session.state()));
    session.touch();
    if (bundle.size() >= SESSIONS_MAX) {
      flushBundle();
    }
  }

  @Override
  public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) {
    throw new IllegalStateException("fold: got a processing-time timer (expected none)");
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    super.processWatermark(mark);
    asOf = mark.getTimestamp();
    for (SpacePlans.Plan plan : plans.all().values()) {
      plan.passTime(asOf);
    }
    completeFlush();
  }

  /** Answers a barrier once time has come as far as its record and nothing is left to do. */
  private void completeFlush() throws Exception {
    if (flushes.complete() <= flushDone || asOf < flushAt) {
      return;
    }
    while (sweepSlice()) {
      flushBundle();
    }
    flushBundle();
    flushDone = flushes.complete();
    outlet.mark(Topics.PROFILE_CHANGES, STAGE, flushDone, asOf, plans.counts());
    outlet.mark(Topics.PROFILE_FEATURES, STAGE, flushDone, asOf, Map.of());
  }

  /**
   * Flushes the bundle, works on the sweep and says how far time has come. In processing time,
   * because it bounds how long a change stays unseen by people; no value depends on when it runs.
   */
  @SuppressWarnings("FutureReturnValueIgnored") // A failing timer fails the task by itself.
  private void onPeriod(long timestamp) throws Exception {
    sweepSlice();
    // Under load a bundle may grow for some periods: the more events it takes, the less each costs.
    if (bundle.size() < SESSIONS_FEW || ++periodsWaited >= PERIODS_MAX) {
      periodsWaited = 0;
      flushBundle();
    }
    Map<String, Long> counts = plans.counts();
    if (bundle.isEmpty() && (asOf > beatAsOf || !counts.equals(beatCounts))) {
      beatAsOf = asOf;
      beatCounts = counts;
      outlet.mark(Topics.PROFILE_CHANGES, STAGE, flushDone, asOf, counts);
    }
    boolean busy = sweep != null;
    getProcessingTimeService()
        .registerTimer(timestamp + (busy ? PERIOD_MILLIS / 5 : PERIOD_MILLIS), this::onPeriod);
  }

  /** Works on the sweep for one slice. True if something is left. */
  private boolean sweepSlice() throws Exception {
    KeySweep running = sweep;
    if (running == null) {
      running = nextSweep();
      if (running == null) {
        return false;
      }
      sweep = running;
    }
    long end = System.nanoTime() + SLICE_NANOS;
    while (running.hasNext()) {
      String key = running.next();
      setCurrentKey(key);
      if (!sweepKey(running, key, end)) {
        running.repeat();
      }
      if (System.nanoTime() >= end || bundle.size() >= SESSIONS_MAX) {
        return true;
      }
    }
    running.close();
    running.finish();
    sweep = null;
    return true;
  }

  private @Nullable KeySweep nextSweep() throws Exception {
    for (Map.Entry<String, SpacePlans.Plan> entry : plans.all().entrySet()) {
      SpacePlans.Plan plan = entry.getValue();
      if (plan.sweepPending() || plan.scorePending()) {
        flushBundle();
        if (plan.scorePending()) {
          outlet.mark(Topics.PROFILE_FEATURES, ROUND_STAGE, plan.round(), asOf, Map.of());
        }
        return new KeySweep(
            entry.getKey(),
            plan,
            getKeyedStateBackend().getKeys(FOLD.getName(), VoidNamespace.INSTANCE));
      }
    }
    return null;
  }

  /** Works on one profile until {@code end}. True if it is done with. */
  private boolean sweepKey(KeySweep running, String key, long end) throws Exception {
    if (!running.covers(key)) {
      return true;
    }
    ProfileSession session = session(key);
    if (running.refolds()) {
      if (!session.build(() -> System.nanoTime() >= end)) {
        return false;
      }
      schedule(session, session.engine().nextBoundary(session.state()));
    }
    FoldState fold = session.fold();
    if (running.scores() && fold.known && !fold.isMerging()) {
      outlet.features(key, session, Math.max(asOf, fold.now));
    }
    return true;
  }

  private ProfileSession session(String key) throws Exception {
    ProfileSession known = bundle.get(key);
    if (known != null) {
      return known;
    }
    byte[] stored = foldState.value();
    FoldState fold = stored == null ? new FoldState() : FoldState.CODEC.decode(stored);
    ProfileSession session =
        new ProfileSession(
            fold,
            new KeyedProfileStore(key, recentBlocks, this::blockOfWeek, weeksState),
            plans.engine(ProfileMessage.spaceOf(key)),
            attempt);
    bundle.put(key, session);
    return session;
  }

  private MapState<byte[], byte[]> blockOfWeek(long week) throws Exception {
    return getPartitionedState(week, LongSerializer.INSTANCE, KeyedProfileStore.BLOCK);
  }

  private void flushBundle() throws Exception {
    Object key = getCurrentKey();
    for (Map.Entry<String, ProfileSession> entry : bundle.entrySet()) {
      if (entry.getValue().changed()) {
        setCurrentKey(entry.getKey());
        flushSession(entry.getKey(), entry.getValue());
      }
    }
    bundle.clear();
    if (key != null) {
      setCurrentKey(key);
    }
  }

  private void flushSession(String key, ProfileSession session) throws Exception {
    FoldState fold = session.fold();
    outlet.show(key, session);
    fold.engine = session.state().encode();
    foldState.update(FoldState.CODEC.encode(fold));
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    flushBundle();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    plansState.update(List.of(plans.encode()));
  }

  @Override
  public void close() throws Exception {
    if (sweep != null) {
      sweep.close();
    }
    super.close();
  }
}
