package dev.traitflow.jobs;

import dev.traitflow.core.event.LogRecord;
import dev.traitflow.core.topic.Topics;
import dev.traitflow.core.trait.TraitLevel;
import dev.traitflow.jobs.identity.ResolveIdentity;
import dev.traitflow.jobs.ingest.ParseCalls;
import dev.traitflow.jobs.profile.FoldProfiles;
import dev.traitflow.jobs.profile.KeepHistory;
import dev.traitflow.jobs.runtime.CodecTypeInformation;
import dev.traitflow.jobs.runtime.JobSettings;
import dev.traitflow.jobs.runtime.LaneInput;
import dev.traitflow.jobs.runtime.LaneKeys;
import dev.traitflow.jobs.runtime.LogEntry;
import dev.traitflow.jobs.runtime.ProfileMessage;
import dev.traitflow.jobs.runtime.TopicRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.api.common.functions.DefaultOpenContext;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.jspecify.annotations.Nullable;

/**
 * The main job from its log to a reader of its topics, with the real operators on RocksDB, two
 * subtasks of each, in one thread: what happens next is drawn from a seed. Each edge between two
 * subtasks is a queue that keeps its order, and is fast, slow or still for some time; barriers are
 * aligned; a failure takes every subtask back to the last checkpoint, loses what is in the queues
 * and leaves some of what was written since in the topics.
 *
 * <p>So a law is tried under interleavings that a cluster rarely meets, and a seed brings each of
 * them back.
 */
final class JobChain implements AutoCloseable {
  /** Subtasks of histories and of the fold of users; the lanes and accounts have one. */
  private static final int SUBTASKS = 2;

  private static final int TASKS = 1 + SUBTASKS + SUBTASKS + 1;
  private static final int PARTITIONS = 3;

  /** Fewer than a job has: a control record is a message to each of them, on every edge. */
  private static final int KEY_GROUPS = 16;

  private static final long PERIOD_MILLIS = 100;

  /** A checkpoint: where the log is to be read on, and the state of each subtask. */
  private static final class Checkpoint {
    private final long id;
    private final int[] offsets;
    private final @Nullable OperatorSubtaskState[] states;
    private int missing;

    Checkpoint(long id, int lanes) {
      this.id = id;
      offsets = new int[lanes];
      Arrays.fill(offsets, -1);
      states = new OperatorSubtaskState[TASKS];
      missing = lanes + states.length;
    }
  }

  private final Random random;
  private final ParseCalls parser = new ParseCalls();
  private final ChainTopics topics;
  private final ChainWeather edges;
  private final List<ChainLane> lanes = new ArrayList<>();
  private final List<ChainTask<?, ?, ?>> tasks = new ArrayList<>();
  private final ChainStage<Integer, LaneInput, ProfileMessage> resolvers;
  private final ChainStage<String, ProfileMessage, ProfileMessage> histories;
  private final ChainStage<String, ProfileMessage, TopicRecord> users;
  private final ChainStage<String, ProfileMessage, TopicRecord> accounts;
  private final int laneCount;
  private long startedAt = 1;
  private long checkpoints;
  private @Nullable Checkpoint begun;
  private @Nullable Checkpoint done;

  /** A chain whose log has {@code laneCount} partitions; the seed draws what happens when. */
  JobChain(int laneCount, long seed) throws Exception {
    this.laneCount = laneCount;
    random = new Random(seed);
    topics = new ChainTopics(random);
    edges = new ChainWeather(random);
    parser.open(DefaultOpenContext.INSTANCE);
    // From behind, for each stage knows the next; subtasks are numbered from the front.
    accounts =
        new ChainStage<>(
            folds(TraitLevel.ACCOUNT),
            1,
            SUBTASKS,
            i -> new ToTopics(1 + 2 * SUBTASKS + i, i, null),
            settings());
    users =
        new ChainStage<>(
            folds(TraitLevel.USER),
            SUBTASKS,
            SUBTASKS,
            i -> new ToTopics(1 + SUBTASKS + i, i, accounts),
            settings());
    histories =
        new ChainStage<>(
            new ChainTask.Stage<>(
                KeepHistory::new,
                ProfileMessage::key,
                Types.STRING,
                CodecTypeInformation.profileMessages()),
            SUBTASKS,
            1,
            i -> new ToProfiles(1 + i, i, users),
            settings());
    resolvers =
        new ChainStage<>(
            new ChainTask.Stage<>(
                ResolveIdentity::new,
                new LaneKeys(settings().maxParallelism()),
                Types.INT,
                CodecTypeInformation.profileMessages()),
            1,
            laneCount,
            i -> new ToProfiles(i, i, histories),
            settings());
    for (int i = 0; i < laneCount; i++) {
      int number = i;
      ChainLane lane = new ChainLane(i, at -> resolvers.time(number, at));
      lanes.add(lane);
      edges.add(() -> lane.hasNext() && waiting() < edges.waitingMax(), () -> read(lane));
    }
    tasks.addAll(resolvers.tasks());
    tasks.addAll(histories.tasks());
    tasks.addAll(users.tasks());
    tasks.addAll(accounts.tasks());
    for (ChainTask<?, ?, ?> task : tasks) {
      for (int i = 0; i < task.senders(); i++) {
        int sender = i;
        edges.add(() -> task.isReady(sender), () -> task.step(sender));
      }
    }
  }

  private static ChainTask.Stage<String, ProfileMessage, TopicRecord> folds(TraitLevel level) {
    return new ChainTask.Stage<>(
        settings -> new FoldProfiles(settings, level),
        ProfileMessage::key,
        Types.STRING,
        CodecTypeInformation.topicRecords());
  }

  private JobSettings settings() {
    return new JobSettings(laneCount, PARTITIONS, KEY_GROUPS, startedAt);
  }

  /** The partition of the log that a space's records are in. */
  int lane(String space) {
    return Topics.partition(space, laneCount);
  }

  /** Appends a record to the log, one that is of no space to every partition. */
  List<LogEntry> append(LogRecord added) {
    if (!added.space().isEmpty()) {
      return List.of(lanes.get(lane(added.space())).append(added));
    }
    return lanes.stream().map(lane -> lane.append(added)).toList();
  }

  /** The profiles that the fold of users keeps anything of, by space. */
  Map<String, Set<String>> foldedProfiles() {
    Map<String, Set<String>> folded = new TreeMap<>();
    for (ChainTask<String, ProfileMessage, TopicRecord> task : users.tasks()) {
      for (String key : task.keysWith("profile-fold")) {
        folded
            .computeIfAbsent(ProfileMessage.spaceOf(key), any -> new TreeSet<>())
            .add(ProfileMessage.profileOf(key));
      }
    }
    return folded;
  }

  /** What the topics say as far as they were read. */
  TopicReader reader() {
    return topics.reader();
  }

  /** Lets so many things happen, or fewer if nothing is left to do. */
  void run(int steps) throws Exception {
    for (int i = 0; i < steps && step(); i++) {}
  }

  /** Lets everything happen that is left to do with the log. */
  void runOut() throws Exception {
    while (step()) {}
  }

  /** Lets a barrier go through the job, while everything goes on. */
  void checkpoint() throws Exception {
    beginCheckpoint();
    while (begun != null) {
      if (random.nextInt(4) == 0) {
        barriers();
      }
      if (!step()) {
        barriers();
      }
    }
  }

  /** Sends off the barriers of a checkpoint, to be overtaken by a failure perhaps. */
  void beginCheckpoint() {
    begun = new Checkpoint(++checkpoints, laneCount);
    barriers();
  }

  /** Fails and starts again from the last checkpoint that was completed. */
  void fail() throws Exception {
    topics.fail();
    begun = null;
    startedAt++;
    Checkpoint from = done;
    for (int i = 0; i < laneCount; i++) {
      lanes.get(i).restart(from == null ? 0 : from.offsets[i]);
    }
    for (int i = 0; i < tasks.size(); i++) {
      tasks.get(i).restart(settings(), from == null ? null : from.states[i]);
    }
  }

  /** Lets everything happen that is left to do, and everything written be read. */
  void settle() throws Exception {
    do {
      runOut();
      for (ChainLane lane : lanes) {
        lane.showTime();
      }
      if (begun != null) {
        barriers();
      }
      runOut();
      for (ChainTask<?, ?, ?> task : tasks) {
        task.passProcessingTime(10 * PERIOD_MILLIS);
      }
    } while (waiting() > 0);
    topics.settle();
  }

  @Override
  public void close() {
    tasks.forEach(ChainTask::close);
  }

  /** Something happens. False if all of the log was read and nothing is under way. */
  private boolean step() throws Exception {
    chores();
    return edges.step();
  }

  /** What happens beside the messages, now and then. */
  private void chores() throws Exception {
    int chore = random.nextInt(200);
    if (chore < 6) {
      tasks.get(random.nextInt(tasks.size())).passProcessingTime(PERIOD_MILLIS);
    } else if (chore < 10) {
      topics.writeSome();
    } else if (chore < 14) {
      topics.readSome();
    } else if (chore < 16) {
      lanes.get(random.nextInt(laneCount)).showTime();
    } else if (chore < 18 && begun != null) {
      barrier(lanes.get(random.nextInt(laneCount)), begun);
    }
  }

  private int waiting() {
    int waiting = 0;
    for (ChainTask<?, ?, ?> task : tasks) {
      waiting += task.waiting();
    }
    return waiting;
  }

  private void read(ChainLane lane) throws Exception {
    LogEntry entry = lane.next();
    resolvers.message(lane.lane(), parser.map(entry));
    lane.passed(entry);
  }

  private void barriers() {
    Checkpoint checkpoint = begun;
    for (ChainLane lane : lanes) {
      if (checkpoint != null) {
        barrier(lane, checkpoint);
      }
    }
  }

  private void barrier(ChainLane lane, Checkpoint checkpoint) {
    if (checkpoint.offsets[lane.lane()] < 0) {
      checkpoint.offsets[lane.lane()] = lane.offset();
      resolvers.barrier(lane.lane(), checkpoint.id);
      acknowledge(checkpoint);
    }
  }

  private void acknowledge(Checkpoint checkpoint) {
    checkpoint.missing--;
    if (checkpoint.missing == 0) {
      done = checkpoint;
      begun = null;
    }
  }

  /** What a subtask says goes to its sinks and to the next stage. */
  private abstract class Outlet<O> implements ChainTask.Outlet<O> {
    private final int task;
    private final int index;
    private final @Nullable ChainStage<String, ProfileMessage, ?> next;

    Outlet(int task, int index, @Nullable ChainStage<String, ProfileMessage, ?> next) {
      this.task = task;
      this.index = index;
      this.next = next;
    }

    @Override
    public void topic(TopicRecord topicRecord) {
      topics.take(task, topicRecord);
    }

    @Override
    public void account(ProfileMessage message) throws Exception {
      forward(message);
    }

    @Override
    public void time(long at) {
      if (next != null) {
        next.time(index, at);
      }
    }

    @Override
    public void barrier(long id, OperatorSubtaskState state) {
      topics.flush(task);
      Checkpoint checkpoint = begun;
      if (checkpoint == null || checkpoint.id != id) {
        throw new IllegalStateException("checkpoint " + id + ": got its barrier (expected none)");
      }
      if (next != null) {
        next.barrier(index, id);
      }
      checkpoint.states[task] = state;
      acknowledge(checkpoint);
    }

    void forward(ProfileMessage message) throws Exception {
      if (next == null) {
        throw new IllegalStateException("last stage: got " + message.kind() + " (expected none)");
      }
      next.message(index, message);
    }
  }

  /** Of the lane and of histories. */
  private final class ToProfiles extends Outlet<ProfileMessage> {
    ToProfiles(int task, int index, ChainStage<String, ProfileMessage, ?> next) {
      super(task, index, next);
    }

    @Override
    public void message(ProfileMessage message) throws Exception {
      forward(message);
    }
  }

  /** Of folds. */
  private final class ToTopics extends Outlet<TopicRecord> {
    ToTopics(int task, int index, @Nullable ChainStage<String, ProfileMessage, ?> next) {
      super(task, index, next);
    }

    @Override
    public void message(TopicRecord message) {
      topic(message);
    }
  }
}
