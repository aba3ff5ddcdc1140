package dev.traitflow.jobs.profile;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.profile.Marker;
import dev.traitflow.core.profile.ResolvedEvent;
import dev.traitflow.core.space.Topics;
import dev.traitflow.core.trait.TraitLevel;
import dev.traitflow.jobs.history.AccountEvents;
import dev.traitflow.jobs.history.HistoryStates;
import dev.traitflow.jobs.runtime.AccountMessage.UserLeft;
import dev.traitflow.jobs.runtime.AccountMessage.UserTraits;
import dev.traitflow.jobs.runtime.ControlKeys;
import dev.traitflow.jobs.runtime.ControlMessage.Define;
import dev.traitflow.jobs.runtime.ControlMessage.Flush;
import dev.traitflow.jobs.runtime.ControlMessage.Score;
import dev.traitflow.jobs.runtime.EventMessage.MovedEvent;
import dev.traitflow.jobs.runtime.EventMessage;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.MergeMessage.Hold;
import dev.traitflow.jobs.runtime.MergeMessage.Left;
import dev.traitflow.jobs.runtime.MergeMessage.Moved;
import dev.traitflow.jobs.runtime.Outputs;
import dev.traitflow.jobs.runtime.ProfileMessage;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Folds each profile's events into its trait values, as events arrive and as time passes, and shows
 * what changed; where models are in force it sends features to be scored (decision 0017). Once for
 * users, and behind them once for accounts, whose events the fold of users sends on (decision
 * 0007).
 *
 * <p>Profiles touched since the last flush of the bundle are held decoded on the heap: one state
 * read and one write a bundle, however hot the profile, and one record for each value that ends up
 * different. The bundle is flushed before every checkpoint barrier, and every 50 ms or, while it is
 * large and the task has no time to spare, every 500 ms.
 */
public final class FoldProfiles extends AbstractStreamOperator<TopicRecord>
    implements OneInputStreamOperator<ProfileMessage, TopicRecord>,
        Triggerable<String, VoidNamespace> {
  /** Stage name in markers. */
  public static final String STAGE = "fold";

  /** Stage name in markers of the fold of accounts. */
  public static final String ACCOUNTS_STAGE = "accounts";

  /** Stage name of the markers that open a scoring round. */
  public static final String ROUND_STAGE = "round";

  /** Key: a profile; contents: {@link FoldState}. Cleared when the profile is merged away. */
  static final ValueStateDescriptor<byte[]> FOLD =
      new ValueStateDescriptor<>("profile-fold", BytePrimitiveArraySerializer.INSTANCE);

  /** Union of all subtasks: {@link SpacePlans}, one entry each. Bound: definitions. */
  private static final ListStateDescriptor<byte[]> PLANS =
      new ListStateDescriptor<>("space-plans", BytePrimitiveArraySerializer.INSTANCE);

  private final JobSettings settings;
  private final TraitLevel level;

  private transient ListState<byte[]> plansState;
  private transient ProfileTimers timers;
  private transient SpacePlans plans;
  private transient PartialRefusals refusals;
  private transient ProfileBundle bundle;
  private transient LinkedAccounts accounts;
  private transient Barriers barriers;
  private transient ProfileSweeps sweeps;
  private transient long asOf;
  private transient long shownAsOf;
  private transient Map<String, Long> shownCounts;
  private transient FlushPace pace;
  private transient boolean eventsTaken;
  private transient FoldPeriod period;
  private transient FoldOutput outlet;
  private transient long attempt;

  /** Folds of a job with these settings, of users or of accounts. */
  public FoldProfiles(JobSettings settings, TraitLevel level) {
    this.settings = settings;
    this.level = level;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    plansState = context.getOperatorStateStore().getUnionListState(PLANS);
    plans = new SpacePlans(level);
    refusals = new PartialRefusals(context);
    if (context.isRestored()) {
      for (byte[] kept : plansState.get()) {
        plans.restore(kept);
      }
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    timers =
        new ProfileTimers(
            getInternalTimerService("windows", VoidNamespaceSerializer.INSTANCE, this));
    barriers = new Barriers();
    pace = FlushPace.of(getContainingTask());
    period = new FoldPeriod(getProcessingTimeService(), this::onPeriod);
    asOf = Long.MIN_VALUE;
    shownAsOf = Long.MIN_VALUE;
    shownCounts = Map.of();
    TaskInfo task = getRuntimeContext().getTaskInfo();
    attempt = settings.attempt(task.getAttemptNumber());
    outlet =
        new FoldOutput(
            settings,
            task.getIndexOfThisSubtask(),
            task.getNumberOfParallelSubtasks(),
            attempt,
            getMetricGroup(),
            record -> output.collect(new StreamRecord<>(record)));
    bundle =
        new ProfileBundle(
            settings,
            level,
            getRuntimeContext(),
            this,
            chunk -> getPartitionedState(chunk, IntSerializer.INSTANCE, HistoryStates.CHUNK),
            plans,
            refusals,
            outlet,
            attempt);
    accounts =
        new LinkedAccounts(
            plans,
            message -> output.collect(Outputs.ACCOUNTS, new StreamRecord<>(message)),
            ControlKeys.all(settings.maxParallelism()),
            task.getIndexOfThisSubtask(),
            task.getNumberOfParallelSubtasks());
    sweeps =
        new ProfileSweeps(
            this,
            () -> getKeyedStateBackend().getKeys(FOLD.getName(), VoidNamespace.INSTANCE),
            plans,
            bundle,
            outlet,
            accounts,
            timers);
    onPeriod(getProcessingTimeService().getCurrentProcessingTime());
  }

  @Override
  public void processElement(StreamRecord<ProfileMessage> element) throws Exception {
    ProfileMessage message = element.getValue();
    switch (message.kind()) {
      case LIVE_EVENT, MOVED_EVENT -> event((EventMessage) message);
      case HOLD -> bundle.session(message.key()).hold((Hold) message);
      case MOVED -> bundle.session(message.key()).moved((Moved) message);
      case LEFT -> left((Left) message);
      case FLUSH -> {
        if (barriers.take((Flush) message)) {
          completeFlush();
        }
        return;
      }
      case DEFINE -> define((Define) message);
      case SCORE -> score((Score) message);
      case USER_LEFT -> {
        ProfileSession session = bundle.session(message.key());
        session.userLeft((UserLeft) message);
        sweeps.refoldIfDue(message.key(), session);
      }
      case USER_TRAITS -> {
        ProfileSession session = bundle.session(message.key());
        session.userTraits((UserTraits) message);
        sweeps.refoldIfDue(message.key(), session);
      }
      case MOVE, SPLIT, DELETE ->
          throw new IllegalStateException("fold: got " + message.kind() + " (histories only)");
    }
    if (bundle.isFull()) {
      bundle.flush();
    }
    period.await();
  }

  private void define(Define define) throws Exception {
    bundle.flush();
    plans.define(define.space(), define.sequence(), define.definition());
    if (level == TraitLevel.USER) {
      accounts.define(define);
    }
  }

  private void score(Score score) {
    SpacePlans.Plan plan = plans.all().get(score.space());
    if (plan != null) {
      plan.score(score.sequence());
    }
  }

  private void event(EventMessage message) throws Exception {
    eventsTaken = true;
    if (level == TraitLevel.USER && ProfileMessage.isOfAccount(message.key())) {
      // What is written for an account passes by the users on its way.
      accounts.pass(message);
      return;
    }
    ProfileSession session = bundle.session(message.key());
    FoldState fold = session.fold();
    ResolvedEvent resolved = ResolvedEvent.CODEC.decode(message.resolved());
    Event event = session.history().read(resolved);
    if (message instanceof MovedEvent) {
      fold.mergeSeen(message.sequence(), 0);
    }
    long now = session.moveTo(message.at());
    session.know(event, resolved.identifiers());
    session.touch();
    AccountEvents.Arrival arrival = arrival(message, session, resolved);
    if (arrival == AccountEvents.Arrival.KNOWN) {
      return;
    }
    byte[] body = message.resolved();
    byte[] reduced = bundle.reduce(body, message.at());
    if (reduced != null) {
      body = reduced;
      event = session.history().read(ResolvedEvent.CODEC.decode(body));
    }
    session.history().append(event, body);
    if (arrival != AccountEvents.Arrival.NEW) {
      session.shared(arrival);
      sweeps.refoldIfDue(message.key(), session);
      return;
    }
    session.engine().add(session.state(), session.history(), event, resolved.identifiers(), now);
    timers.schedule(session, session.nextBoundary());
    if (level == TraitLevel.USER) {
      accounts.take(message, session, resolved);
    }
  }

  private AccountEvents.Arrival arrival(
      EventMessage message, ProfileSession session, ResolvedEvent resolved) {
    if (level == TraitLevel.ACCOUNT) {
      return AccountEvents.of(resolved, session.history());
    }
    Event event = resolved.event();
    return message.mayBeStored() && session.history().contains(event.timestamp(), event.messageId())
        ? AccountEvents.Arrival.KNOWN
        : AccountEvents.Arrival.NEW;
  }

  private void left(Left left) throws Exception {
    ProfileSession session = bundle.session(left.key());
    session.touch();
    if (session.fold().lastLeft(left.sequence(), left.histories())) {
      timers.cancel(session.fold());
      accounts.left(left, session);
      bundle.clear(left.key(), session);
    }
  }

  @Override
  public void onEventTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
    if (timers.isOnlyLookedAt(timer)) {
      return;
    }
    ProfileSession session = bundle.session(timer.getKey());
    if (!timers.fired(timer, session.fold())) {
      return;
    }
    // Straight to where time stands: every boundary on the way is passed in one step, and no event
    // still to come is older than the watermark, so the values are exact there.
    long now = session.moveTo(timers.watermark());
    session.engine().advance(session.state(), session.history(), now);
    timers.schedule(session, session.nextBoundary());
    sweeps.refoldIfDue(timer.getKey(), session);
    accounts.tell(timer.getKey(), session);
    session.touch();
    if (bundle.isFull()) {
      bundle.flush();
    }
    period.await();
  }

  @Override
  public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) {
    throw new IllegalStateException("fold: got a processing-time timer (expected none)");
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    super.processWatermark(mark);
    asOf = mark.getTimestamp();
    completeFlush();
    period.await();
  }

  /** Answers a barrier once time has come as far as its record and nothing is left to do. */
  private void completeFlush() throws Exception {
    if (!barriers.isDue(asOf)) {
      return;
    }
    boolean beat = barriers.isBeat();
    while (!beat && sweeps.slice(asOf)) {
      bundle.flush();
    }
    bundle.flush();
    barriers.answered();
    mark();
    if (level == TraitLevel.USER) {
      accounts.flush(barriers, beat);
      if (!beat) {
        outlet.mark(Topics.PROFILE_FEATURES, STAGE, barriers.done(), asOf, Map.of());
      }
    }
  }

  /**
   * Flushes the bundle, works on the sweep and says how far time has come. In processing time,
   * because it bounds how long a change stays unseen by people; no value depends on when it runs.
   */
  private void onPeriod(long timestamp) throws Exception {
    period.begin(timestamp);
    long began = System.nanoTime();
    boolean unfinished = sweeps.slice(asOf);
    if (pace.isDue(timestamp, bundle.size())) {
      bundle.flush();
    }
    if (bundle.isEmpty() && (asOf > shownAsOf || !counts().equals(shownCounts))) {
      mark();
    }
    if (sweeps.isBusy()) {
      // Two thirds of the time stay for events, as long as any come.
      long took = (System.nanoTime() - began) / 1_000_000;
      period.plan(Math.min(FlushPace.PERIOD_MILLIS, eventsTaken ? 2 * took + 1 : 1));
    } else if (unfinished || !bundle.isEmpty()) {
      period.plan(FlushPace.PERIOD_MILLIS);
    }
    eventsTaken = false;
  }

  private void mark() throws Exception {
    Map<String, Long> counts = counts();
    shownAsOf = asOf;
    shownCounts = Map.copyOf(counts);
    OptionalLong due = sweeps.isBusy() ? OptionalLong.empty() : timers.earliestAtRest();
    due.ifPresent(at -> counts.put(Marker.DUE, at));
    outlet.mark(Topics.PROFILE_CHANGES, stage(), barriers.done(), asOf, counts);
  }

  /** How far definitions are, and what was refused. */
  private Map<String, Long> counts() {
    Map<String, Long> counts = plans.counts();
    counts.putAll(refusals.counts());
    return counts;
  }

  private String stage() {
    return level == TraitLevel.USER ? STAGE : ACCOUNTS_STAGE;
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    sweeps.beforeCheckpoint();
    bundle.flush();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    plansState.update(List.of(plans.encode()));
    refusals.keep();
  }

  @Override
  public void close() throws Exception {
    if (sweeps != null) {
      sweeps.close();
    }
    super.close();
  }
}
