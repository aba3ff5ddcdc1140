package dev.traitflow.jobs.profile;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.topic.ResolvedEvent;
import dev.traitflow.core.trait.TraitLevel;
import dev.traitflow.jobs.history.AccountEvents;
import dev.traitflow.jobs.history.HistoryStates;
import dev.traitflow.jobs.runtime.AccountMessage;
import dev.traitflow.jobs.runtime.ControlMessage.Define;
import dev.traitflow.jobs.runtime.ControlMessage.Flush;
import dev.traitflow.jobs.runtime.ControlMessage.Score;
import dev.traitflow.jobs.runtime.EventMessage;
import dev.traitflow.jobs.runtime.EventMessage.MovedEvent;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.MergeMessage.Hold;
import dev.traitflow.jobs.runtime.MergeMessage.Left;
import dev.traitflow.jobs.runtime.MergeMessage.Moved;
import dev.traitflow.jobs.runtime.Outputs;
import dev.traitflow.jobs.runtime.ProfileMessage;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.util.List;
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
  private transient SpacePlans plans;
  private transient PartialRefusals refusals;
  private transient ProfileTimers timers;
  private transient ProfileBundle bundle;
  private transient LinkedAccounts accounts;
  private transient ProfileSweeps sweeps;
  private transient FoldProgress progress;
  private transient FoldPeriod period;

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
    FoldOutput outlet =
        new FoldOutput(
            settings, getRuntimeContext(), record -> output.collect(new StreamRecord<>(record)));
    bundle =
        new ProfileBundle(
            settings,
            level,
            getRuntimeContext(),
            this,
            chunk -> getPartitionedState(chunk, IntSerializer.INSTANCE, HistoryStates.CHUNK),
            plans,
            refusals,
            outlet);
    accounts =
        new LinkedAccounts(
            plans,
            settings,
            getRuntimeContext().getTaskInfo(),
            message -> output.collect(Outputs.ACCOUNTS, new StreamRecord<>(message)));
    sweeps =
        new ProfileSweeps(
            plans,
            () -> getKeyedStateBackend().getKeys(FOLD.getName(), VoidNamespace.INSTANCE),
            new SweepVisits(this, bundle, outlet, accounts, timers),
            System::nanoTime);
    FoldWork work = new FoldWork(level, plans, refusals, bundle, sweeps, timers, accounts, outlet);
    progress = new FoldProgress(work);
    FlushPace pace = FlushPace.of(getContainingTask());
    period = new FoldPeriod(getProcessingTimeService(), pace, progress, work, System::nanoTime);
    period.run(getProcessingTimeService().getCurrentProcessingTime());
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
        progress.flush((Flush) message);
        return;
      }
      case DEFINE -> define((Define) message);
      case SCORE -> plans.score((Score) message);
      case USER_LEFT, USER_TRAITS -> user((AccountMessage) message);
      case MOVE, SPLIT, DELETE ->
          throw new IllegalStateException("fold: got " + message.kind() + " (histories only)");
    }
    writeInTime();
  }

  private void define(Define define) throws Exception {
    bundle.flush();
    plans.define(define.space(), define.sequence(), define.definition());
    if (level == TraitLevel.USER) {
      accounts.define(define);
    }
  }

  private void user(AccountMessage message) throws Exception {
    ProfileSession session = bundle.session(message.key());
    session.user(message);
    sweeps.refoldIfDue(message.key(), session);
  }

  private void event(EventMessage message) throws Exception {
    period.eventTaken();
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
    writeInTime();
  }

  private void writeInTime() throws Exception {
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
    progress.timePassed(mark.getTimestamp());
    period.await();
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
